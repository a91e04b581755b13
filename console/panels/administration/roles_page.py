"""Roles: what accounts start with, and what that comes to."""

from PySide6.QtWidgets import QFormLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from console.panels.administration.asking import Page, row_of
from console.panels.administration.rights_form import RightsForm
from console.store.context import Context
from console.store.wording import role_text
from contract.administration import Role, RoleRequest
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.words_table import fill, words_table

_WIDEST = 420


class RolesPage(Page):
    """The list, and the form of the chosen or a new role."""

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._roles: tuple[Role, ...] = ()
        self._is_new = False
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in ("role", "title", "rights")],
            tr("administration.tab.roles"),
            (120, 150, 200),
            stretched=2,
        )
        self.table.currentCellChanged.connect(self._chosen)
        self.name, self.title = QLineEdit(), QLineEdit()
        self.rights = RightsForm(context)
        self.rights.preview_requested.connect(lambda: self.start(self._preview(), "preview"))
        self.new = self.button("administration.new_role", "plus", self._begin_new)
        self.remove = self.button("administration.remove_role", "delete-outline", self._remove)
        self.keep = self.button("administration.save", "content-save-outline", self.save)
        form = QFormLayout()
        for key, field in (("role", self.name), ("title", self.title)):
            field.setAccessibleName(tr(f"administration.column.{key}"))
            field.setMaximumWidth(_WIDEST)
            form.addRow(tr(f"administration.column.{key}"), field)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(GAP, 0, 0, 0)
        nest(column, row_of(self.new, self.remove, None, self.keep))
        nest(column, form)
        column.addWidget(self.rights, 1)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(right)
        splitter.setSizes([480, 660])
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.addWidget(splitter, 1)
        outer.addWidget(quiet_label(tr("administration.roles_hint")))

    def save(self) -> None:
        """The form."""
        self.start(self._save(), "save role")

    def focus_first(self) -> None:
        """The list."""
        self.table.setFocus()

    async def _ask(self, choose: str = "") -> None:
        chosen = choose or ("" if (current := self.current()) is None else current.name)
        self._roles = (await self._context.client.roles()).items
        tr = self._context.texts
        rows = [(role_text(role.name, tr), role.title, self.rights.summary(role.grants)) for role in self._roles]
        fill(self.table, rows)
        names = [role.name for role in self._roles]
        if names and not self._is_new:
            self.table.setCurrentCell(names.index(chosen) if chosen in names else 0, 0)
            self._chosen()

    async def _save(self) -> None:
        current = self.current()
        name = self.name.text().strip().lower() if current is None else current.name
        wanted = RoleRequest(title=self.title.text().strip(), grants=self.rights.grants())
        kept = await self._context.client.save_role(name, wanted)
        self._is_new = False
        tr = self._context.texts
        words = tr("administration.role_saved", role=role_text(name, tr), count=len(kept.followed))
        if kept.own_rights:
            words += " " + tr("administration.role_own", names=", ".join(kept.own_rights))
        self.say(words)
        await self._ask(name)

    async def _preview(self) -> None:
        self.rights.show_preview(await self._context.client.preview_rights(self.rights.grants()))

    async def _delete(self, role: Role) -> None:
        await self._context.client.remove_role(role.name)
        await self._ask()

    def current(self) -> Role | None:
        """The chosen role; None for a new one."""
        row = self.table.currentRow()
        return None if self._is_new or not 0 <= row < len(self._roles) else self._roles[row]

    def _remove(self) -> None:
        role = self.current()
        if role is not None and self.is_sure(
            f"remove {role.name}", self._context.texts("administration.remove_sure", name=role.title or role.name)
        ):
            self.start(self._delete(role), "remove role")

    def _begin_new(self) -> None:
        self._is_new = True
        self.name.clear()
        self.title.clear()
        self.name.setEnabled(True)
        self.remove.setEnabled(False)
        self.rights.show_grants(())
        self.name.setFocus()

    def _chosen(self, *_: object) -> None:
        row = self.table.currentRow()
        if not 0 <= row < len(self._roles):
            return
        self._is_new = False
        role = self._roles[row]
        self.name.setText(role.name)
        self.name.setEnabled(False)
        self.title.setText(role.title)
        self.remove.setEnabled(not role.is_ours)
        self.rights.show_grants(role.grants)
