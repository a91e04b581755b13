"""Opens a panel into a dock: owns its tasks, veils it while the link is lost, lets go of all when it closes."""

import logging
from collections.abc import Callable
from dataclasses import replace

import msgspec
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget
from PySide6QtAds import CDockManager, CDockWidget

from console.kit.panel_spec import ChangesHands, KeepsState, Panel, PanelState, panel_title
from console.kit.task_bag import TaskBag
from console.parts.exercise_marks import marked_title
from console.shell.broken_panel import BrokenPanel
from console.shell.typed_text import put_back, typed_in
from console.store.context import Context, Spec
from widgets.blind import Blind
from widgets.exercise_banner import ExerciseBanner
from widgets.look import icon
from widgets.scroll_frame import ScrollFrame
from widgets.veil import Veil

log = logging.getLogger(__name__)


class HostedPanel:
    """One open panel in one dock."""

    def __init__(
        self,
        panel_id: str,
        spec: Spec,
        context: Context,
        manager: CDockManager,
        failed: Callable[[str, BaseException], None],
    ) -> None:
        self.panel_id = panel_id
        self.spec = spec
        self._failed = failed
        self.tasks = TaskBag(f"panel {panel_id}", failed)
        self._context = replace(context, tasks=self.tasks, panel_id=panel_id)
        self.panel: Panel = self._made()
        self._exercise = ExerciseBanner(context.palette, context.texts)
        self._frame = QWidget()
        self._frame.setObjectName(f"{panel_id} frame")
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(0, 0, 0, 0)
        self._room = ScrollFrame(self.panel.widget)
        column.addWidget(self._room)
        self._veil = Veil(self._frame, context.palette)
        self._blind = Blind(self._frame, context.palette)
        self._locked_words = self._between_words = ""
        title = panel_title(context.texts.label(spec.title), panel_id)
        self._frame.setAccessibleName(title)
        self.dock = CDockWidget(manager, title)
        self.dock.setObjectName(panel_id)
        self.dock.setWidget(
            _under(self._exercise, self._frame, self._stands_elsewhere), CDockWidget.eInsertMode.ForceNoScrollArea
        )
        self.dock.setMinimumSizeHintMode(CDockWidget.eMinimumSizeHintMode.MinimumSizeHintFromDockWidget)
        self.dock.setIcon(icon(spec.icon, context.palette, context.palette.text_muted))
        self.dock.setTabToolTip(f"{title} ({spec.shortcut})" if panel_id == spec.id else title)
        self.dock.setFeature(CDockWidget.DockWidgetFeature.CustomCloseHandling, True)
        close = self.dock.tabWidget().findChild(QAbstractButton, "tabCloseButton")
        if isinstance(close, QAbstractButton):
            close.setIcon(icon("mdi6.close", context.palette, context.palette.text_muted))
            close.setToolTip(context.texts("panel.close", name=title))
            close.setAccessibleName(context.texts("panel.close", name=title))
        self._is_closed = False

    @property
    def veil_text(self) -> str:
        """What the veil says; empty while the panel may be believed."""
        return self._veil.text

    @property
    def is_in_sight(self) -> bool:
        """Whether it is shown, not behind another tab."""
        return self._frame.isVisible()

    @property
    def is_floating(self) -> bool:
        """Whether it stands in a window of its own."""
        return self.dock.isInFloatingContainer()

    @property
    def floating_window(self) -> QWidget | None:
        """The window of its own, where it has one."""
        return self.dock.floatingDockContainer() if self.is_floating else None

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is in it."""
        holder = QApplication.focusWidget()
        return holder is not None and self._frame.isAncestorOf(holder)

    @property
    def kept(self) -> PanelState:
        """What the panel wants kept with the workspace; empty when nothing."""
        try:
            return self.panel.state() if isinstance(self.panel, KeepsState) else {}
        except Exception:
            log.exception("panel %s does not say what it wants kept", self.panel_id)
            return {}

    def take_kept(self, state: PanelState) -> None:
        """Let the panel stand as it was kept; what is not readable is left out and logged."""
        if state and isinstance(self.panel, KeepsState):
            try:
                self.panel.take_state(state)
            except msgspec.ValidationError as error:
                log.warning("what panel %s kept cannot be read: %s", self.panel_id, error)
            except Exception:
                log.exception("panel %s does not take what it kept", self.panel_id)

    def veil(self, text: str) -> None:
        """Cover the panel with these words; none uncovers it."""
        self._veil.show_text(text)

    def blind(self, text: str) -> None:
        """Let nobody see what is in the panel, and say why; none shows it again."""
        self._locked_words = text
        self._dress_blind()

    @property
    def blind_text(self) -> str:
        """Why nothing of the panel is seen; empty while it is."""
        return self._blind.text

    def forget_person(self, words: str) -> None:
        """Who sees it changes: nothing that the former person asked for is seen from now on."""
        if isinstance(self.panel, ChangesHands):
            self._told(self.panel.forget_person)
        else:
            self._between_words = words
            self.panel.widget.setEnabled(False)  # what is covered is not clicked either
            self._dress_blind()

    def meet_person(self, *, is_same: bool = False) -> TaskBag | None:
        """Show what the login of now may see. Answers the tasks that are to be awaited; `is_same`: nobody came."""
        ended = None
        if isinstance(self.panel, ChangesHands):
            self._told(self.panel.meet_person)
        elif not is_same:
            ended = self._make_anew()
        self._between_words = ""
        self.panel.widget.setEnabled(True)
        self._dress_blind()
        return ended

    def see_anew(self) -> TaskBag | None:
        """Show what the same person may see by now. Answers the tasks that are to be awaited; what is typed stays."""
        if isinstance(self.panel, ChangesHands):
            self._told(self.panel.forget_person)
            self._told(self.panel.meet_person)
            return None
        typed = typed_in(self.panel.widget)
        ended = self._make_anew()
        put_back(self.panel.widget, typed)
        return ended

    def close(self) -> None:
        """Let go of stores and clocks at once; `tasks.close()` is awaited by whoever closes."""
        if not self._is_closed:
            self._is_closed = True
            try:
                self.panel.close()
            except (RuntimeError, TypeError) as error:  # Qt says this of what is gone already
                log.warning("panel %s did not close well: %s", self.panel_id, error)
            except Exception:
                log.exception("panel %s did not close well", self.panel_id)

    def _stands_elsewhere(self) -> None:
        """A window of its own says itself that nothing is real; on a screen the screen says it."""
        window = self.floating_window
        self._exercise.show_exercise(is_exercise=window is not None and self._context.stores.occasion.is_exercise)
        if window is not None:
            window.setWindowTitle(marked_title(window.windowTitle(), self._context))

    def _make_anew(self) -> TaskBag:
        """What was asked for goes with the old panel, where it stood stays; its tasks are the answer."""
        kept, ended, old, had_focus = self.kept, self.tasks, self.panel.widget, self.has_focus
        self.close()
        self._is_closed = False
        self.tasks = TaskBag(f"panel {self.panel_id}", self._failed)
        self._context = replace(self._context, tasks=self.tasks)
        self.panel = self._made()
        self._room.show_page(self.panel.widget)
        old.deleteLater()
        self._veil.raise_()
        self._blind.raise_()
        self.take_kept(kept)
        if had_focus:
            self.panel.focus_first()
        return ended

    def _dress_blind(self) -> None:
        self._blind.show_text(self._locked_words or self._between_words)

    def _told(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # of others, or ours: the seat changes hands all the same
            log.exception("panel %s does not change hands", self.panel_id)
            self._failed(f"panel {self.panel_id}", error)

    def _made(self) -> Panel:
        try:
            return self.spec.factory(self._context)
        except Exception as error:  # a panel of others, or ours: the control room goes on with the rest
            log.exception("panel %s does not open", self.panel_id)
            self._failed(f"panel {self.panel_id}", error)
            return BrokenPanel(self._context.texts, self._context.texts.label(self.spec.title), error)


class _Place(QWidget):
    """Hears when it comes to stand in another window."""

    def __init__(self, moved: Callable[[], None]) -> None:
        super().__init__()
        self._moved = moved

    def showEvent(self, event: QShowEvent) -> None:
        """Qt shows it anew wherever it is put."""
        super().showEvent(event)
        self._moved()


def _under(strip: QWidget, frame: QWidget, moved: Callable[[], None]) -> QWidget:
    """The strip stays in sight whatever covers the frame."""
    place = _Place(moved)
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(strip)
    column.addWidget(frame, 1)
    return place
