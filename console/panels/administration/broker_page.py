"""The backend's own broker: where field devices enter it, and a new password for them, shown once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout

from console.panels.administration.asking import Page, row_of
from console.store.context import Context
from contract.administration import FieldBroker
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label, section_label

_WIDEST = 420


class BrokerPage(Page):
    """Behind the list of connections; `left` when the administrator goes back to it."""

    left = Signal()

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._broker: FieldBroker | None = None
        self.leave = self.button("administration.binding.leave", "arrow-left", self._go_back)
        self.where, self.who = quiet_label(), quiet_label()
        self.user, self.secret = QLineEdit(), QLineEdit()
        self.user.setAccessibleName(tr("administration.broker.user"))
        self.user.setPlaceholderText(tr("administration.broker.user_hint"))
        self.user.setMaxLength(64)
        self.user.setMaximumWidth(_WIDEST)
        self.user.textChanged.connect(self._dress)
        self.user.returnPressed.connect(self.save)
        self.renew = self.button("administration.broker.renew", "key-change", self.save)
        self.renew.setProperty("role", "primary")
        self.secret.setReadOnly(True)
        self.secret.setAccessibleName(tr("administration.broker.password"))
        self.secret_words = quiet_label(tr("administration.broker.once"))
        form = QFormLayout()
        form.addRow(tr("administration.broker.user"), self.user)
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        nest(outer, row_of(self.leave, section_label(tr("administration.broker.title"))))
        outer.addWidget(quiet_label(tr("administration.broker.hint")))
        outer.addWidget(self.where)
        outer.addWidget(self.who)
        nest(outer, form)
        nest(outer, row_of(self.renew, None))
        outer.addWidget(self.secret_words)
        outer.addWidget(self.secret)
        outer.addStretch(1)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._go_back)
        self._forget()

    def save(self) -> None:
        """Make a new password; asked once more where it puts somebody out."""
        user, broker = self.user.text().strip(), self._broker
        if not user or broker is None:
            return
        words = self._context.texts("administration.broker.sure", user=broker.user)
        if not broker.user or self.is_sure(f"broker {user}", words):
            self.start(self._renew(user), "broker password")

    def focus_first(self) -> None:
        """Who enters."""
        self.user.setFocus()

    async def _ask(self) -> None:
        self._show(await self._context.client.field_broker())

    async def _renew(self, user: str) -> None:
        made = await self._context.client.renew_broker_password(user)
        self._show(made.broker)
        self.secret.setText(made.password)
        self.secret.show()
        self.secret_words.show()
        self.secret.setFocus()
        self.secret.selectAll()
        self.say(self._context.texts("administration.broker.renewed", user=made.broker.user))

    def _show(self, broker: FieldBroker) -> None:
        tr, self._broker = self._context.texts, broker
        address = f"{'mqtts' if broker.is_encrypted else 'mqtt'}://{broker.host}"
        if broker.port:
            address += f":{broker.port}"
        key = "runs" if broker.is_running else "rests"
        self.where.setText(tr(f"administration.broker.{key}", address=address))
        key = "enters" if broker.user else "nobody"
        self.who.setText(tr(f"administration.broker.{key}", user=broker.user))
        if not self.user.text():
            self.user.setText(broker.user)
        self._dress()

    def _go_back(self) -> None:
        self._forget()
        self.left.emit()

    def _forget(self) -> None:
        """What was shown once is not shown again."""
        self.secret.clear()
        self.secret.hide()
        self.secret_words.hide()
        self._dress()

    def _dress(self, *_: object) -> None:
        self.renew.setEnabled(self._broker is not None and bool(self.user.text().strip()))
