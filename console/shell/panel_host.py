"""Opens a panel into a dock: owns its tasks, veils it while the link is lost, lets go of all when it closes."""

import logging
from collections.abc import Callable
from dataclasses import replace

import msgspec
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget
from PySide6QtAds import CDockManager, CDockWidget

from console.kit.panel_spec import KeepsState, Panel, PanelState, panel_title
from console.kit.task_bag import TaskBag
from console.store.context import Context, Spec
from widgets.look import icon
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
        self.tasks = TaskBag(f"panel {panel_id}", failed)
        self._context = replace(context, tasks=self.tasks, panel_id=panel_id)
        self.panel: Panel = spec.factory(self._context)
        self._frame = QWidget()
        self._frame.setObjectName(f"{panel_id} frame")
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel.widget)
        self._veil = Veil(self._frame, context.palette)
        title = panel_title(context.texts.label(spec.title), panel_id)
        self._frame.setAccessibleName(title)
        self.dock = CDockWidget(manager, title)
        self.dock.setObjectName(panel_id)
        self.dock.setWidget(self._frame, CDockWidget.eInsertMode.ForceNoScrollArea)
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
    def has_focus(self) -> bool:
        """Whether the keyboard is in it."""
        holder = QApplication.focusWidget()
        return holder is not None and self._frame.isAncestorOf(holder)

    @property
    def kept(self) -> PanelState:
        """What the panel wants kept with the workspace; empty when nothing."""
        return self.panel.state() if isinstance(self.panel, KeepsState) else {}

    def take_kept(self, state: PanelState) -> None:
        """Let the panel stand as it was kept; what is not readable is left out and logged."""
        if state and isinstance(self.panel, KeepsState):
            try:
                self.panel.take_state(state)
            except msgspec.ValidationError as error:
                log.warning("what panel %s kept cannot be read: %s", self.panel_id, error)

    def veil(self, text: str) -> None:
        """Cover the panel with these words; none uncovers it."""
        self._veil.show_text(text)

    def close(self) -> None:
        """Let go of stores and clocks at once; `tasks.close()` is awaited by whoever closes."""
        if not self._is_closed:
            self._is_closed = True
            try:
                self.panel.close()
            except (RuntimeError, TypeError) as error:  # Qt says this of what is gone already
                log.warning("panel %s did not close well: %s", self.panel_id, error)
