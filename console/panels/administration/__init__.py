"""Accounts, roles, machines' keys, devices and gateways, the system's health, backups and configuration."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.administration.panel import AdministrationPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="administration",
    title=Label(fr="Administration", en="Administration"),
    icon="mdi6.shield-account",
    area=Area.CENTER,
    shortcut="Ctrl+Alt+A",
    factory=AdministrationPanel,
    shortcuts=(
        Shortcut("F5", "administration.key.refresh"),
        Shortcut("Ctrl+Return", "administration.key.save"),
        Shortcut("Ctrl+PgDown", "administration.key.page"),
    ),
    beside="journal",
)
