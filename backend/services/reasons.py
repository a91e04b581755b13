"""Why a device does not obey or answer, in words."""

import datetime as dt

from backend.domain.rights import CITY_ZONE
from backend.services.alarms.desk import AlarmDesk
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.register import Register
from backend.services.said import NOTHING, Said, joined, quoted, say
from contract.alarms import Alarm
from contract.devices import LinkState

_CLASS_WORDS = {
    "lighting_cabinet": "cabinet",
    "lighting_gateway": "gateway",
    "network_switch": "switch",
}


class Reasons:
    """Reads what is known of an asset, its supply and its connection."""

    def __init__(self, register: Register, live: LiveState, alarms: AlarmDesk, devices: Devices) -> None:
        self._register = register
        self._live = live
        self._alarms = alarms
        self._devices = devices

    def why_silent(self, asset_id: int) -> Said | None:
        """Why an asset does not answer now; None when it does, or nothing speaks against it."""
        parts: list[Said] = []
        silence = self._live.silence(asset_id)
        if silence is not None:
            parts.append(say("silent_since", since=clock_words(silence.since)))
        elif not self._live.is_heard(asset_id):
            parts.append(say("never_heard"))
        cause = self._supply_cause(asset_id)
        if cause:
            parts.append(cause)
        elif silence is not None and silence.reason:
            parts.append(quoted(silence.reason))
        connection_id = self._devices.connection_of(asset_id)
        if connection_id is not None:
            link = self._devices.link(connection_id)
            if link.state is not LinkState.UP:
                code = f"link_{link.state.value}"
                parts.append(
                    say(f"{code}_because", connection=connection_id, reason=link.reason)
                    if link.reason
                    else say(code, connection=connection_id)
                )
        return joined(parts) or None

    def _supply_cause(self, asset_id: int) -> Said:
        for ancestor_id in self._register.supply_ancestors(asset_id):
            ancestor = self._register.get(ancestor_id)
            if ancestor is None or not self._alarms.is_down(ancestor_id):
                continue
            kind = _CLASS_WORDS.get(ancestor.class_, "supply")
            lost = next((a for a in self._alarms.of_asset(ancestor_id) if _is_supply_loss(a)), None)
            return say(f"{kind}_silent" if lost is None else f"{kind}_lost_supply", feeder=ancestor.code)
        return NOTHING


def clock_words(at: dt.datetime) -> str:
    """A time as people at the desk read it: the city's, with its zone."""
    return at.astimezone(CITY_ZONE).strftime("%H:%M %Z")


def _is_supply_loss(alarm: Alarm) -> bool:
    return alarm.is_active and alarm.kind == "supplyLoss"
