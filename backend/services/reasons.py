"""Why a device does not obey or answer, in words."""

import datetime as dt

from backend.domain.rights import CITY_ZONE
from backend.services.alarm_desk import AlarmDesk
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.alarms import Alarm
from contract.devices import LinkState

_CLASS_WORDS = {
    "lighting_cabinet": "cabinet",
    "lighting_gateway": "gateway",
    "network_switch": "network switch",
}


class Reasons:
    """Reads what is known of an asset, its supply and its connection."""

    def __init__(self, register: Register, live: LiveState, alarms: AlarmDesk, devices: Devices) -> None:
        self._register = register
        self._live = live
        self._alarms = alarms
        self._devices = devices

    def why_silent(self, asset_id: int) -> str | None:
        """Why an asset does not answer now; None when it does, or nothing speaks against it."""
        parts: list[str] = []
        silence = self._live.silence(asset_id)
        if silence is not None:
            parts.append(f"does not answer since {clock_words(silence.since)}")
        elif not self._live.is_heard(asset_id):
            parts.append("was never heard since the backend started")
        cause = self._supply_cause(asset_id)
        if cause:
            parts.append(cause)
        elif silence is not None and silence.reason:
            parts.append(silence.reason)
        connection_id = self._devices.connection_of(asset_id)
        if connection_id is not None:
            link = self._devices.link(connection_id)
            if link.state is not LinkState.UP:
                detail = f" ({link.reason})" if link.reason else ""
                parts.append(f"its connection {connection_id} is {link.state.value}{detail}")
        return "; ".join(parts) or None

    def _supply_cause(self, asset_id: int) -> str:
        for ancestor_id in self._register.supply_ancestors(asset_id):
            ancestor = self._register.get(ancestor_id)
            if ancestor is None or not self._alarms.is_down(ancestor_id):
                continue
            name = f"its {_CLASS_WORDS.get(ancestor.class_, 'supply')} {ancestor.code}"
            lost = next((a for a in self._alarms.of_asset(ancestor_id) if _is_supply_loss(a)), None)
            return f"{name} has lost its supply" if lost is not None else f"{name} does not answer"
        return ""


def clock_words(at: dt.datetime) -> str:
    """A time as people at the desk read it: the city's, with its zone."""
    return at.astimezone(CITY_ZONE).strftime("%H:%M %Z")


def _is_supply_loss(alarm: Alarm) -> bool:
    return alarm.is_active and alarm.kind == "supplyLoss"
