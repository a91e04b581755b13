"""One window per physical screen: menu, alarm bar, notices, docks."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from console.shell.dock_field import DockField
from console.shell.panel_host import HostedPanel
from console.shell.screen_matching import ScreenPlace
from console.shell.workspaces import ScreenLayout
from console.store.context import Context, Spec
from widgets.alarm_bar import AlarmBar
from widgets.exercise_banner import ExerciseBanner
from widgets.notice import Notice, Tone


class ScreenWindow(QMainWindow):
    """Panels of one screen."""

    close_requested = Signal()

    def __init__(
        self,
        number: int,
        specs: Mapping[str, Spec],
        context: Context,
        failed: Callable[[str, BaseException], None],
    ) -> None:
        super().__init__()
        self.number = number
        self._spans_all = False
        self._is_closing = False
        clock = context.ticker.frame_clock
        self.alarm_bar = AlarmBar(context.palette, context.texts, clock)
        self.exercise = ExerciseBanner(context.palette, context.texts)
        self.exercise.show_exercise(is_exercise=context.stores.occasion.is_exercise)
        self.notice = Notice(context.palette, context.texts, clock)
        field = QWidget()
        field.setObjectName("screen_field")
        self.docks = DockField(field, specs, context, failed)
        self._column = QVBoxLayout(field)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.exercise)
        self._column.addWidget(self.alarm_bar)
        self._column.addWidget(self.notice)
        self._column.addWidget(self.docks.manager, 1)
        self.setCentralWidget(field)
        self.setObjectName(f"screen {number + 1}")

    @property
    def panels(self) -> Mapping[str, HostedPanel]:
        """Open panels by id."""
        return self.docks.hosted

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """A line for the operator, under the alarm bar."""
        self.notice.say(text, tone)

    def put_under_notice(self, widget: QWidget) -> None:
        """A strip between alarm bar and panels: it asks something and covers nothing."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def put_under_bar(self, widget: QWidget) -> None:
        """A strip right under the alarm bar, before anything else that is said."""
        self._column.insertWidget(self._column.indexOf(self.notice), widget)

    def lay_out(self, layout: ScreenLayout, carried: dict[str, HostedPanel] | None = None) -> None:
        """Open a layout's panels, those of `carried` alive."""
        self._spans_all = layout.spans_all
        self.docks.lay_out(layout, {} if carried is None else carried)

    def layout_now(self, place: ScreenPlace | None) -> ScreenLayout:
        """This screen as it stands, to be kept, with what its physical screen is known by."""
        docks = self.docks.layout_now()
        return ScreenLayout(
            panels=docks.panels,
            dock_state=docks.dock_state,
            maximised=docks.maximised,
            kept=docks.kept,
            screen_name="" if place is None else place.name,
            screen_serial="" if place is None else place.serial,
            screen_area=None if place is None else place.area,
            is_full_screen=self.isFullScreen(),
            spans_all=self._spans_all,
        )

    def open_panel(self, panel_id: str) -> HostedPanel | None:
        """Open a panel, or bring it to the front; None when there is no such panel."""
        return self.docks.open_panel(panel_id)

    def veil(self, text: str) -> None:
        """Cover every panel with these words; none uncovers them."""
        self.docks.veil(text)

    def let_go(self) -> list[HostedPanel]:
        """Close every panel without a question; answers them so that their tasks are awaited."""
        self.end()
        return self.docks.let_go()

    def end(self) -> None:
        """It may be closed from now on."""
        self._is_closing = True
        self.alarm_bar.stop()
        self.notice.clear()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A screen is closed with the console, not alone."""
        if self._is_closing:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()
