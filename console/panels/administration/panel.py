"""Administration: accounts, roles, keys, devices, health, backups, a page each."""

from typing import Final

from console.panels.administration.accounts_page import AccountsPage
from console.panels.administration.backups_page import BackupsPage
from console.panels.administration.bindings_page import BindingsPage
from console.panels.administration.broker_page import BrokerPage
from console.panels.administration.connection_names_page import ConnectionNamesPage
from console.panels.administration.device_tab import DeviceTab
from console.panels.administration.devices_page import DevicesPage
from console.panels.administration.health_page import HealthPage
from console.panels.administration.keys_page import KeysPage
from console.panels.administration.roles_page import RolesPage
from console.parts.paged_panel import PagedPanel
from console.store.context import Context

_EVERY_S: Final = 5


class AdministrationPanel(PagedPanel):
    """A page asks when it comes into sight; devices, health and backups ask again by themselves."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "administration", _EVERY_S)
        self.accounts = AccountsPage(context, self.notice)
        self.roles = RolesPage(context, self.notice)
        self.keys = KeysPage(context, self.notice)
        self.devices = DevicesPage(context, self.notice)
        self.bindings = BindingsPage(context, self.notice)
        self.connection_names = ConnectionNamesPage(context, self.notice)
        self.broker = BrokerPage(context, self.notice)
        self._device_tab = DeviceTab(self.devices, self.connection_names, self.bindings, self.broker)
        self.health = HealthPage(context, self.notice)
        self.backups = BackupsPage(context, self.notice)
        self.show_pages(
            {
                "accounts": self.accounts,
                "roles": self.roles,
                "keys": self.keys,
                "devices": self._device_tab,
                "health": self.health,
                "backups": self.backups,
            }
        )
