"""Accounts: who they are, their role, their rights and what those come to."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from console.panels.administration.asking import Page, row_of
from console.panels.administration.rights_form import RightsForm
from console.store.context import Context
from console.store.wording import role_text
from contract.administration import AccountChange, NewAccount, Role
from contract.rights import User
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.words_table import fill, words_table

_WIDEST = 420


class AccountsPage(Page):
    """The list, and the form of the chosen or a new account."""

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._accounts: tuple[User, ...] = ()
        self._roles: tuple[Role, ...] = ()
        self._is_new = False
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in ("account", "name", "role", "state", "rights")],
            tr("administration.tab.accounts"),
            (105, 150, 115, 80, 60),
            stretched=4,
        )
        self.table.currentCellChanged.connect(self._chosen)
        self.name, self.display_name, self.person = QLineEdit(), QLineEdit(), QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        hint_in_full(self.password, tr("administration.password_hint"))
        self.role = QComboBox()
        self.role.activated.connect(self._role_chosen)
        self.rights = RightsForm(context)
        self.rights.preview_requested.connect(lambda: self.start(self._preview(), "preview"))
        self.new = self.button("administration.new_account", "account-plus-outline", self._begin_new)
        self.close_it = self.button("administration.close_account", "account-cancel-outline", self._close_or_open)
        self.keep = self.button("administration.save", "content-save-outline", self.save)
        self._lay_out()
        self._dress()

    def save(self) -> None:
        """The form."""
        self.start(self._save(), "save account")

    def focus_first(self) -> None:
        """The list."""
        self.table.setFocus()

    async def _ask(self, choose: str = "") -> None:
        client = self._context.client
        chosen = choose or ("" if (current := self.current()) is None else current.name)
        self._roles = (await client.roles()).items
        self._accounts = (await client.accounts()).items
        tr = self._context.texts
        self.role.clear()
        for role in self._roles:
            self.role.addItem(role.title or role_text(role.name, tr), role.name)
        fill(self.table, [self._row(user) for user in self._accounts])
        names = [user.name for user in self._accounts]
        if names and not self._is_new:
            self.table.setCurrentCell(names.index(chosen) if chosen in names else 0, 0)
            self._chosen()

    async def _save(self) -> None:
        client, tr = self._context.client, self._context.texts
        role = str(self.role.currentData() or "")
        if self._is_new:
            wanted = NewAccount(
                name=self.name.text().strip().lower(),
                role=role,
                password=self.password.text(),
                display_name=self.display_name.text().strip(),
                person=self.person.text().strip(),
            )
            made = await client.add_account(wanted)
            grants = self.rights.grants()
            if grants != made.grants:
                await client.set_account_rights(made.name, grants)
            self._is_new = False
            self.say(tr("administration.account_added", name=made.name))
            self.password.clear()
            await self._ask(made.name)
            return
        user = self.current()
        if user is None:
            return
        grants = self.rights.grants()
        change = AccountChange(
            display_name=self.display_name.text().strip(), person=self.person.text().strip(), role=role
        )
        if (change.display_name, change.person, change.role) != (user.display_name, user.person, user.role):
            user = await client.change_account(user.name, change)
        if grants != user.grants:
            await client.set_account_rights(user.name, grants)
        if self.password.text():
            await client.set_account_password(user.name, self.password.text())
            self.password.clear()
        self.say(tr("administration.account_saved", name=user.name))
        await self._ask(user.name)

    async def _preview(self) -> None:
        self.rights.show_preview(await self._context.client.preview_rights(self.rights.grants()))

    async def _set_open(self, user: User) -> None:
        await self._context.client.set_account_open(user.name, is_open=not user.is_active)
        await self._ask(user.name)

    def current(self) -> User | None:
        """The chosen account; None for a new one."""
        row = self.table.currentRow()
        return None if self._is_new or not 0 <= row < len(self._accounts) else self._accounts[row]

    def _close_or_open(self) -> None:
        user = self.current()
        if user is None:
            return
        words = self._context.texts("administration.close_sure", name=user.display_name)
        if not user.is_active or self.is_sure(f"close {user.name}", words):
            self.start(self._set_open(user), "close account")

    def _begin_new(self) -> None:
        self._is_new = True
        for line in (self.name, self.display_name, self.person, self.password):
            line.clear()
        place = next((place for place, role in enumerate(self._roles) if role.name == "operator"), 0)
        self.role.setCurrentIndex(place)
        self._role_chosen()
        self._dress()
        self.name.setFocus()

    def _chosen(self, *_: object) -> None:
        row = self.table.currentRow()
        if not 0 <= row < len(self._accounts):
            return
        self._is_new = False
        user = self._accounts[row]
        self.name.setText(user.name)
        self.display_name.setText(user.display_name)
        self.person.setText(user.person)
        self.password.clear()
        self.role.setCurrentIndex(max(0, self.role.findData(user.role)))
        self.rights.show_grants(user.grants)
        self._dress()

    def _role_chosen(self, *_: object) -> None:
        """Another role brings its rights."""
        role = next((one for one in self._roles if one.name == self.role.currentData()), None)
        if role is not None:
            self.rights.show_grants(role.grants)

    def _row(self, user: User) -> Sequence[str]:
        tr = self._context.texts
        role = next((one for one in self._roles if one.name == user.role), None)
        title = role.title if role is not None and role.title else role_text(user.role, tr)
        state = tr("administration.open") if user.is_active else f"■ {tr('administration.closed')}"
        follows = role is not None and role.grants == user.grants
        rights = tr("administration.as_role") if follows else self.rights.summary(user.grants)
        return user.name, user.display_name, title, state, rights

    def _dress(self) -> None:
        tr, user = self._context.texts, self.current()
        self.name.setEnabled(self._is_new)
        self.close_it.setEnabled(user is not None)
        is_closed = user is not None and not user.is_active
        self.close_it.setText(tr("administration.open_account" if is_closed else "administration.close_account"))

    def _lay_out(self) -> None:
        tr = self._context.texts
        form = QFormLayout()
        fields: dict[str, QWidget] = {
            "account": self.name, "name": self.display_name, "person": self.person, "role": self.role,
            "password": self.password,
        }  # fmt: skip
        for key, field in fields.items():
            field.setAccessibleName(tr(f"administration.column.{key}"))
            field.setMaximumWidth(_WIDEST)
            form.addRow(tr(f"administration.column.{key}"), field)
        self.person.setToolTip(tr("administration.hint.person"))
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(GAP, 0, 0, 0)
        nest(column, row_of(self.new, self.close_it, None, self.keep))
        nest(column, form)
        column.addWidget(self.rights, 1)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(below)
        splitter.setSizes([560, 600])
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.addWidget(splitter, 1)
        outer.addWidget(quiet_label(tr("administration.accounts_hint")))
