"""Keys of machines: made, told once, followed, revoked."""

import datetime as dt

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QFormLayout, QLineEdit, QSpinBox, QVBoxLayout

from console.panels.administration.asking import Page, row_of
from console.panels.administration.rights_form import RightsForm
from console.panels.administration.words import AdministrationWords
from console.store.context import Context
from contract.administration import ApiKey, ApiKeyRequest
from contract.rights import Grant
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label, section_label
from widgets.words_table import fill, words_table

_WIDEST = 420
_FIRST_DAYS = 90
_LONGEST_DAYS = 730


class KeysPage(Page):
    """The list, and the form of a new key."""

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._keys: tuple[ApiKey, ...] = ()
        self._words = AdministrationWords(tr)
        columns = ("machine", "state", "expires", "used", "rights", "answers")
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in columns],
            tr("administration.tab.keys"),
            (180, 290, 110, 130, 200, 140),
            stretched=4,
        )
        self.table.currentCellChanged.connect(self._dress)
        self.name, self.expires, self.rate = QLineEdit(), QDateEdit(), QSpinBox()
        self.name.setPlaceholderText(tr("administration.key_hint"))
        self.name.setMaxLength(80)
        today = context.clock().date()
        self.expires.setCalendarPopup(True)
        self.expires.setDisplayFormat("dd/MM/yyyy")
        for limit, days in (
            (self.expires.setMinimumDate, 1), (self.expires.setMaximumDate, _LONGEST_DAYS - 1),
            (self.expires.setDate, _FIRST_DAYS),
        ):  # fmt: skip
            day = today + dt.timedelta(days=days)
            limit(QDate(day.year, day.month, day.day))
        self.rate.setRange(1, 6_000)
        self.rate.setValue(600)
        self.rights = RightsForm(context)
        self.rights.preview_requested.connect(lambda: self.start(self._preview(), "preview"))
        self.secret = QLineEdit()
        self.secret.setReadOnly(True)
        self.secret.setAccessibleName(tr("administration.secret"))
        self.secret_words = quiet_label(tr("administration.secret_once"))
        self.secret.hide()
        self.secret_words.hide()
        self.make = self.button("administration.make_key", "key-plus", self.save)
        self.revoke = self.button("administration.revoke_key", "key-remove", self._revoke)
        self.take_over = self.button("administration.take_key_over", "account-key", self._take_over)
        form = QFormLayout()
        for key, field in (("machine", self.name), ("expires", self.expires), ("rate", self.rate)):
            field.setAccessibleName(tr(f"administration.column.{key}"))
            field.setMaximumWidth(_WIDEST)
            form.addRow(tr(f"administration.column.{key}"), field)
        self.empty = quiet_label(tr("administration.no_keys"))
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        nest(outer, row_of(quiet_label(tr("administration.keys_hint")), None, self.take_over, self.revoke))
        outer.addWidget(self.empty)
        outer.addWidget(self.table, 2)
        nest(outer, row_of(section_label(tr("administration.new_key")), None, self.make))
        outer.addWidget(self.secret_words)
        outer.addWidget(self.secret)
        nest(outer, form)
        outer.addWidget(self.rights, 3)
        self._dress()

    def save(self) -> None:
        """Make the key."""
        self.start(self._make(), "make key")

    def focus_first(self) -> None:
        """The name of a new key."""
        self.name.setFocus()

    async def _ask(self) -> None:
        self._keys = (await self._context.client.api_keys()).items
        now = self._context.clock()
        fill(self.table, [self._words.key(key, self.rights.summary(_open(key)), now) for key in self._keys])
        self._dress()

    async def _make(self) -> None:
        day = self.expires.date()
        expires_at = dt.datetime(day.year(), day.month(), day.day(), 23, 59, tzinfo=dt.UTC)
        wanted = ApiKeyRequest(
            name=self.name.text().strip(),
            grants=self.rights.grants(),
            expires_at=expires_at,
            requests_a_minute=self.rate.value(),
        )
        made = await self._context.client.make_api_key(wanted)
        self.secret.setText(made.secret)
        self.secret.show()
        self.secret_words.show()
        self.secret.setFocus()
        self.secret.selectAll()
        self.name.clear()
        await self._ask()

    async def _preview(self) -> None:
        self.rights.show_preview(await self._context.client.preview_rights(self.rights.grants()))

    async def _end(self, key: ApiKey) -> None:
        await self._context.client.revoke_api_key(key.id)
        await self._ask()

    def _current(self) -> ApiKey | None:
        row = self.table.currentRow()
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def _revoke(self) -> None:
        key = self._current()
        if key is not None and self.is_sure(
            f"revoke {key.id}", self._context.texts("administration.revoke_sure", name=key.name)
        ):
            self.start(self._end(key), "revoke key")

    def _take_over(self) -> None:
        key = self._current()
        if key is not None:
            self.start(self._answer_for(key), "take key over")

    async def _answer_for(self, key: ApiKey) -> None:
        await self._context.client.take_api_key_over(key.id)
        await self._ask()

    def _dress(self, *_: object) -> None:
        key = self._current()
        self.revoke.setEnabled(key is not None and key.revoked_at is None)
        self.take_over.setEnabled(key is not None and key.revoked_at is None and (key.is_stopped or key.is_limited))
        self.empty.setVisible(not self._keys)
        self.table.setVisible(bool(self._keys))


def _open(key: ApiKey) -> tuple[Grant, ...]:
    """What it can do now."""
    return key.grants_now if key.is_limited else key.grants
