"""One channel in a form: how messages leave, and its secret, which is only ever written."""

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from console.panels.on_call.cells import new_id
from contract.alarm_routing import ChannelKind, ChannelSettings, HttpTarget, MailSecurity, MailServer
from widgets.look import TIGHT
from widgets.texts import Texts

_WIDEST = 620


class ChannelForm(QWidget):
    """Fed with settings, gives settings."""

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self._tr = tr
        self._id = ""
        self.name = QLineEdit()
        self.kind = QComboBox()
        for kind in ChannelKind:
            self.kind.addItem(tr(f"on_call.kind.{kind.value}"), kind.value)
        self.is_active = QCheckBox(tr("on_call.channel_active"))
        self.host = QLineEdit()
        self.port = QSpinBox()
        self.port.setRange(1, 65_535)
        self.security = QComboBox()
        for security in MailSecurity:
            self.security.addItem(tr(f"on_call.security.{security.value}"), security.value)
        self.user, self.sender_address, self.url, self.content_type = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.body, self.headers, self.ca = QPlainTextEdit(), QPlainTextEdit(), QPlainTextEdit()
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.timeout = QSpinBox()
        self.timeout.setRange(1, 60)
        self.timeout.setSuffix(" s")
        self._form = QFormLayout(self)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._dress)
        self.show_settings(None, has_secret=False)

    def show_settings(self, settings: ChannelSettings | None, *, has_secret: bool) -> None:
        """These, or a new channel."""
        mail = None if settings is None else settings.mail
        http = None if settings is None else settings.http
        self._id = "" if settings is None else settings.id
        self.name.setText("" if settings is None else settings.name)
        kind = ChannelKind.MAIL if settings is None else settings.kind
        self.kind.setCurrentIndex(self.kind.findData(kind.value))
        self.kind.setEnabled(settings is None)
        self.is_active.setChecked(settings is None or settings.is_active)
        self.host.setText("" if mail is None else mail.host)
        self.port.setValue(587 if mail is None else mail.port)
        security = MailSecurity.STARTTLS if mail is None else mail.security
        self.security.setCurrentIndex(self.security.findData(security.value))
        self.user.setText("" if mail is None else mail.user)
        self.sender_address.setText("" if mail is None else mail.sender)
        self.url.setText("" if http is None else http.url)
        self.content_type.setText("application/json" if http is None else http.content_type)
        self.body.setPlainText('{"to": "{to}", "text": "{text}", "ref": "{key}"}' if http is None else http.body)
        headers = {} if http is None else http.headers
        self.headers.setPlainText("\n".join(f"{name}: {value}" for name, value in headers.items()))
        self.ca.setPlainText("" if settings is None else settings.ca_pem)
        self.timeout.setValue(20 if settings is None else round(settings.timeout_s))
        self.secret.clear()
        self.secret.setPlaceholderText(self._tr("on_call.secret_kept" if has_secret else "on_call.secret_none"))
        self._dress()

    def settings(self, taken: tuple[str, ...]) -> ChannelSettings:
        """As the form stands; a new channel gets an id of its own."""
        kind = ChannelKind(str(self.kind.currentData()))
        is_mail = kind is ChannelKind.MAIL
        lines = [line.partition(":") for line in self.headers.toPlainText().splitlines() if line.strip()]
        return ChannelSettings(
            id=self._id or new_id(self.name.text(), taken),
            name=self.name.text().strip(),
            kind=kind,
            is_active=self.is_active.isChecked(),
            mail=MailServer(
                host=self.host.text().strip(),
                port=self.port.value(),
                security=MailSecurity(str(self.security.currentData())),
                user=self.user.text().strip(),
                sender=self.sender_address.text().strip(),
            )
            if is_mail
            else None,
            http=None
            if is_mail
            else HttpTarget(
                url=self.url.text().strip(),
                content_type=self.content_type.text().strip(),
                body=self.body.toPlainText() if kind is ChannelKind.SMS else "",
                headers={name.strip(): value.strip() for name, _, value in lines},
            ),
            ca_pem=self.ca.toPlainText().strip(),
            timeout_s=float(self.timeout.value()),
        )

    def _dress(self, *_index: int) -> None:
        kind = ChannelKind(str(self.kind.currentData()))
        is_mail = kind is ChannelKind.MAIL
        of_mail: tuple[QWidget, ...] = (self.host, self.port, self.security, self.user, self.sender_address)
        of_web: tuple[QWidget, ...] = (self.url, self.headers)
        of_sms: tuple[QWidget, ...] = (self.content_type, self.body)
        is_sms = kind is ChannelKind.SMS
        for fields, is_shown in ((of_mail, is_mail), (of_web, not is_mail), (of_sms, is_sms)):
            for field in fields:
                self._form.setRowVisible(field, is_shown)
        self.body.setToolTip(self._tr("on_call.hint.body"))

    def _lay_out(self) -> None:
        tr = self._tr
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(TIGHT)
        for text in (self.body, self.headers, self.ca):
            text.setMaximumHeight(54)
            text.setTabChangesFocus(True)
        fields: dict[str, QWidget] = {
            "name": self.name,
            "kind": self.kind,
            "host": self.host,
            "port": self.port,
            "security": self.security,
            "user": self.user,
            "sender": self.sender_address,
            "url": self.url,
            "content_type": self.content_type,
            "body": self.body,
            "headers": self.headers,
            "secret": self.secret,
            "ca": self.ca,
            "timeout": self.timeout,
        }
        for name, field in fields.items():
            field.setAccessibleName(tr(f"on_call.field.{name}"))
            field.setMaximumWidth(_WIDEST)
            self._form.addRow(tr(f"on_call.field.{name}"), field)
        self._form.addRow("", self.is_active)
