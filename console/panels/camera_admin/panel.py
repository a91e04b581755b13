"""Camera settings: masks, recording, what the camera says of itself, and bringing cameras in."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from console.kit.panel_spec import PanelState
from console.panels.camera_admin.adding import AddingPage
from console.panels.camera_admin.details import DetailsPage
from console.panels.camera_admin.masks import MasksPage
from console.panels.camera_admin.page import Asking, Page
from console.panels.camera_admin.recording import RecordingPage
from console.store.context import Context
from contract.assets import Asset
from widgets.look import GAP, TIGHT
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.scrolled import scrolled

_TABS: Final = ("masks", "recording", "details", "adding")


class CameraAdminPanel(QObject):
    """Shows the selected camera; a page asks only while it is seen. Another asset's selection changes nothing."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.notice = Notice(context.palette, context.texts, context.ticker.frame_clock)
        asking = Asking(context, self.notice)
        self.masks = MasksPage(context, asking)
        self.recording = RecordingPage(context, asking)
        self.details = DetailsPage(context, asking)
        self.adding = AddingPage(context, asking)
        self._pages: Sequence[Page] = (self.masks, self.recording, self.details, self.adding)
        self._camera: Asset | None = None
        self.title = quiet_label(context.texts("camera_admin.choose"))
        self.title.setProperty("role", "heading")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for name, widget in zip(_TABS, (page.widget for page in self._pages), strict=True):
            self.tabs.addTab(scrolled(widget), context.texts(f"camera_admin.tab.{name}"))
        self._widget = QWidget()
        self._widget.setObjectName("camera settings panel")
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        self.title.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.title)
        column.addWidget(self.tabs, 1)
        self.tabs.currentChanged.connect(self._page_changed)
        context.stores.selection.selection_changed.connect(self._selected)
        self._selected()
        self._page_changed()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The tabs take the keys."""
        self.tabs.tabBar().setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self.notice.clear()
        self._context.stores.selection.selection_changed.disconnect(self._selected)
        for page in self._pages:
            page.close()

    def state(self) -> PanelState:
        """Which page."""
        return {"page": _TABS[self.tabs.currentIndex()]}

    def take_state(self, state: PanelState) -> None:
        """The page that was open; an unknown one is the first."""
        page = state.get("page")
        self.tabs.setCurrentIndex(_TABS.index(page) if page in _TABS else 0)

    def _selected(self) -> None:
        asset_id = self._context.stores.selection.asset_id
        asset = None if asset_id is None else self._context.stores.assets.get(asset_id)
        if asset is None or asset.class_ != "camera" or (self._camera is not None and asset.id == self._camera.id):
            return
        self._camera = asset
        number = "" if asset.number is None else f"{asset.number} · "
        self.title.setText(f"{number}{asset.name or asset.code}")
        self._page_changed()

    def _page_changed(self, *_index: int) -> None:
        self._pages[self.tabs.currentIndex()].show_camera(self._camera)
