"""The panel of administration, page by page."""

from typing import Final

from console.panels.administration.panel import AdministrationPanel
from console.shell.desk import Desk

_PAGES: Final = ("accounts", "roles", "keys", "devices", "health", "backups")
_BEHIND_DEVICES: Final = ("bindings", "binding_file", "broker", "connection_names")
SHOTS: Final = tuple(f"administration-{name}" for name in (*_PAGES, *_BEHIND_DEVICES))
_LINES: Final = "PL-000-02;5c1d8b0e-7a44-5b1f-9d0c-00000000001e\nPL-000-01;5c1d8b0e-7a44-5b1f-9d0c-00000000001f\n"


def stage(desk: Desk, name: str) -> None:
    """Bring the page where the picture is taken."""
    hosted = desk.panel("administration")
    if hosted is None or not isinstance(hosted.panel, AdministrationPanel):
        return
    panel = hosted.panel
    page = name.partition("-")[2]
    panel.tabs.setCurrentIndex(_PAGES.index("devices" if page in _BEHIND_DEVICES else page))
    if page == "broker":
        panel.devices.broker_wanted.emit()
    elif page == "connection_names":
        panel.devices.not_allowed.emit()
    elif page in _BEHIND_DEVICES:
        panel.devices.bindings_wanted.emit("talq 21231")


def stage_chosen(desk: Desk, name: str) -> None:
    """What takes the lists to be there."""
    hosted = desk.panel("administration")
    if hosted is None or not isinstance(hosted.panel, AdministrationPanel):
        return
    panel = hosted.panel
    match name.partition("-")[2]:
        case "accounts":
            panel.accounts.table.setCurrentCell(3, 0)
            panel.accounts.rights.preview.click()
        case "roles":
            panel.roles.table.setCurrentCell(4, 0)
            panel.roles.rights.preview.click()
        case "keys":
            panel.keys.name.setText("Open data export")
            panel.keys.rights.add.click()
            panel.keys.make.click()
        case "devices":
            panel.devices.table.setCurrentCell(3, 0)
            panel.devices.test.click()
        case "bindings":
            panel.bindings.table.selectRow(2)
        case "binding_file":
            panel.bindings.by_file.click()
            panel.bindings.file.lines.setPlainText(f"{_LINES}PL-000-O9;5c1d8b0e-7a44-5b1f-9d0c-000000000020\n")
            panel.bindings.file.preview.click()
        case "broker":
            panel.broker.user.setText("chirpstack")
            panel.broker.renew.click()
        case "connection_names":
            panel.connection_names.table.setCurrentCell(1, 0)
        case "backups":
            panel.backups.passphrase.setText("a belfry above the roofs")
            panel.backups.again.setText("a belfry above the roofs")
            panel.backups.make.click()
            panel.backups.back.click()
        case _:
            pass
