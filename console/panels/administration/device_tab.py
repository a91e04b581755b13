"""The tab of devices: the connections and, behind each, its devices."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from console.panels.administration.bindings_page import BindingsPage
from console.panels.administration.broker_page import BrokerPage
from console.panels.administration.connection_names_page import ConnectionNamesPage
from console.panels.administration.devices_page import DevicesPage


class DeviceTab(QObject):
    """Pages, one behind the other; in front are the connections, or their names for who may know no more."""

    def __init__(
        self, devices: DevicesPage, names: ConnectionNamesPage, bindings: BindingsPage, broker: BrokerPage
    ) -> None:
        super().__init__()
        self._devices = devices
        self._names = names
        self._bindings = bindings
        self._broker = broker
        self._front: DevicesPage | ConnectionNamesPage = devices
        self._stack = QStackedWidget()
        for page in (devices, names, bindings, broker):
            self._stack.addWidget(page.widget)
        devices.bindings_wanted.connect(self._open)
        devices.not_allowed.connect(self._show_names)
        names.bindings_wanted.connect(self._open)
        bindings.left.connect(self._leave)
        devices.broker_wanted.connect(self._open_broker)
        broker.left.connect(self._leave)

    @property
    def asks_by_itself(self) -> bool:
        """As the page in front."""
        return self._page.asks_by_itself

    @property
    def widget(self) -> QWidget:
        """All of them."""
        return self._stack

    def refresh(self) -> None:
        """The page in front."""
        self._page.refresh()

    def save(self) -> None:
        """The page in front."""
        self._page.save()

    def focus_first(self) -> None:
        """The page in front."""
        self._page.focus_first()

    @property
    def _page(self) -> DevicesPage | ConnectionNamesPage | BindingsPage | BrokerPage:
        shown = self._stack.currentWidget()
        return next((page for page in (self._bindings, self._broker) if page.widget is shown), self._front)

    def _open(self, connection_id: str) -> None:
        self._stack.setCurrentWidget(self._bindings.widget)
        self._bindings.open(connection_id)
        self._bindings.focus_first()

    def _open_broker(self) -> None:
        self._stack.setCurrentWidget(self._broker.widget)
        self._broker.refresh()
        self._broker.focus_first()

    def _leave(self) -> None:
        self._stack.setCurrentWidget(self._front.widget)
        self._front.refresh()
        self._front.table.setFocus()

    def _show_names(self) -> None:
        is_in_front = self._page is self._devices
        self._front = self._names
        if is_in_front:
            self._stack.setCurrentWidget(self._names.widget)
        self._names.refresh()
