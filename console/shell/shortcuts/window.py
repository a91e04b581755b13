"""F1: a plain window beside the work, never modal; it lists every key and changes those that can be changed."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.fold import fold
from console.kit.keymap import Keymap
from console.kit.task_bag import TaskBag
from console.kit.translations import Translations
from console.shell.keyboard import Keyboard, portable_key
from console.shell.shortcuts.editing import ShortcutEditing, Verdict
from console.store.context import Spec
from widgets.key_form import KeyForm
from widgets.key_table import KeyRow, KeyTable
from widgets.look import GAP, PAD, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.room_for_words import text_zoom
from widgets.wrapping_row import WrappingRow

_STANDARD: Final = QKeySequence.StandardKey
_OF_FIELDS: Final = (
    _STANDARD.Copy,
    _STANDARD.Cut,
    _STANDARD.Paste,
    _STANDARD.Undo,
    _STANDARD.Redo,
    _STANDARD.SelectAll,
    _STANDARD.Delete,
    _STANDARD.DeleteEndOfWord,
    _STANDARD.DeleteStartOfWord,
    _STANDARD.DeleteEndOfLine,
    _STANDARD.MoveToNextWord,
    _STANDARD.MoveToPreviousWord,
    _STANDARD.SelectNextWord,
    _STANDARD.SelectPreviousWord,
    _STANDARD.MoveToStartOfLine,
    _STANDARD.MoveToEndOfLine,
    _STANDARD.NextChild,
    _STANDARD.PreviousChild,
    _STANDARD.InsertParagraphSeparator,
    _STANDARD.Cancel,
)


def keys_of_fields() -> frozenset[str]:
    """Keys by which Qt edits text and walks through fields, on this system."""
    found = [binding for key in _OF_FIELDS for binding in QKeySequence.keyBindings(key)]
    return frozenset(binding.toString(QKeySequence.SequenceFormat.PortableText) for binding in found)


_LARGEST: Final = 1.4  # of its usual size: a window is no larger than a screen


class ShortcutWindow(QWidget):
    """Type to find, Return to change the key of an act, Delete to take it away."""

    def __init__(
        self,
        specs: Mapping[str, Spec],
        texts: Translations,
        palette: Palette,
        keyboard: Keyboard,
        tasks: TaskBag,
    ) -> None:
        super().__init__()
        self._texts = texts
        self._keyboard = keyboard
        self._tasks = tasks
        self._titles = {spec.id: texts.label(spec.title) for spec in specs.values()}
        self._asked_for = ""
        self.editing = ShortcutEditing(
            lambda: keyboard.acts(texts), self._titles, keys_of_fields(), keyboard.mnemonics, texts
        )
        self.setObjectName("screen_field")
        self.setWindowTitle(texts("menu.shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        zoom = text_zoom(self)
        self.resize(round(980 * min(zoom, _LARGEST)), round(720 * min(zoom, _LARGEST)))
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(texts("shortcuts.find"))
        self.search.setAccessibleName(texts("shortcuts.find"))
        self.search.addAction(icon("mdi6.magnify", palette), QLineEdit.ActionPosition.LeadingPosition)
        self.table = KeyTable(palette, texts)
        self.form = KeyForm(texts)
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.change = QPushButton(texts("shortcuts.change"))
        self.reset = QPushButton(texts("shortcuts.reset"))
        self.reset_all = QPushButton(texts("shortcuts.reset_all"))
        self._arrange()
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.change_requested.connect(self._ask)
        self.table.removal_requested.connect(self._remove)
        self.table.currentItemChanged.connect(self._dress)
        self.form.tried.connect(self._try)
        self.form.kept.connect(self._keep)
        self.form.left.connect(self.table.setFocus)
        self.change.clicked.connect(lambda _checked=False: self._ask(self.table.current_id))
        self.reset.clicked.connect(lambda _checked=False: self._reset())
        self.reset_all.clicked.connect(lambda _checked=False: self._use(Keymap(), self._texts("shortcuts.all_reset")))
        keyboard.changed.connect(self._show)
        QShortcut(QKeySequence("Escape"), self, self.close)
        help_act = self.editing.act("menu.shortcuts")
        key = "F1" if help_act is None else keyboard.keymap.key_of(help_act)
        QShortcut(QKeySequence(key), self, self.close)
        self._show()
        self.search.setFocus()

    def show_place(self, panel_id: str) -> None:
        """Show the keys of one panel first."""
        self.table.show_group(self._titles.get(panel_id, ""))

    def let_go(self) -> None:
        """Hear nothing more of keys."""
        self._keyboard.changed.disconnect(self._show)

    def _arrange(self) -> None:
        buttons = WrappingRow(GAP)
        buttons.add_gap()
        for button in (self.change, self.reset, self.reset_all):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self.form)
        column.addWidget(self.words)
        nest(column, buttons)

    def _show(self) -> None:
        lines = self.editing.lines(self._keyboard.keymap)
        rows = [
            KeyRow(
                id=line.id,
                group=line.group,
                title=line.title,
                key=line.key,
                note=line.note,
                words=fold(f"{line.group} {line.title} {line.key} {line.note}"),
                can_change=line.can_change,
                is_clashing=line.is_clashing,
            )
            for line in lines
        ]
        count = self.table.show_rows(rows, fold(self.search.text()).split())
        clashing = sum(line.is_clashing for line in lines)
        changed = sum(line.is_changed for line in lines)
        if not count:
            self.words.setText(self._texts("shortcuts.nothing"))
        elif clashing:
            self.words.setText(self._texts("shortcuts.clashing", count=clashing))
        else:
            self.words.setText(self._texts("shortcuts.count", changed=changed))
        self.reset_all.setEnabled(bool(self._keyboard.keymap.changed))
        self._dress()

    def _dress(self) -> None:
        act = self.editing.act(self.table.current_id)
        can_change = act is not None and not act.is_fixed
        self.change.setEnabled(can_change)
        self.reset.setEnabled(act is not None and can_change and self._keyboard.keymap.is_changed(act))

    def _ask(self, act_id: str) -> None:
        act = self.editing.act(act_id)
        if act is None:
            return
        if act.is_fixed:
            self.words.setText(self._texts("shortcuts.is_fixed", name=act.title))
            return
        self._asked_for = act_id
        self.form.ask(self._texts("shortcuts.ask", name=act.title))

    def _try(self, key: str) -> None:
        act = self.editing.act(self._asked_for)
        if act is not None:
            tried = self.editing.tried(act, portable_key(key), self._keyboard.keymap)
            self.form.show_verdict(
                tried.words,
                can_keep=tried.verdict is not Verdict.REFUSED,
                takes=tried.verdict is Verdict.TAKEN,
            )

    def _keep(self, key: str) -> None:
        act = self.editing.act(self._asked_for)
        if act is not None and self.editing.tried(act, key, self._keyboard.keymap).verdict is not Verdict.REFUSED:
            self._use(self.editing.with_key(act, key, self._keyboard.keymap), "")
        self.table.setFocus()

    def _remove(self, act_id: str) -> None:
        act = self.editing.act(act_id)
        if act is not None and not act.is_fixed:
            self._use(self.editing.with_key(act, "", self._keyboard.keymap), "")

    def _reset(self) -> None:
        act = self.editing.act(self.table.current_id)
        if act is not None:
            self._use(self.editing.reset(act, self._keyboard.keymap), "")

    def _use(self, keymap: Keymap, words: str) -> None:
        self._tasks.start(self._use_and_keep(keymap, words), name="keep the keys")

    async def _use_and_keep(self, keymap: Keymap, words: str) -> None:
        is_kept = await self._keyboard.keep(keymap)
        if not is_kept:
            self.words.setText(self._texts("shortcuts.not_kept"))
        elif words:
            self.words.setText(words)


class ShortcutWindows:
    """The one window of F1, made anew in the language and colours of the moment."""

    def __init__(self, keyboard: Keyboard, tasks: TaskBag) -> None:
        self._keyboard = keyboard
        self._tasks = tasks
        self.window: ShortcutWindow | None = None

    def show(self, specs: Mapping[str, Spec], texts: Translations, palette: Palette, panel_id: str = "") -> None:
        """Open it, at the keys of a panel where one is named."""
        self.close()
        self.window = ShortcutWindow(specs, texts, palette, self._keyboard, self._tasks)
        self.window.show()
        if panel_id:
            self.window.show_place(panel_id)

    def close(self) -> None:
        """Close what is open; may be called twice."""
        if self.window is not None:
            self.window.let_go()
            self.window.close()
            self.window.deleteLater()
            self.window = None
