"""The fleet in words: filters, order, who is nearest and how that was measured. No Qt."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from console.kit.formats import age, clock_time, day_and_time, distance_text
from console.kit.ports import AssetLookup, Catalogue, Client
from contract.assets import Asset
from contract.fleet import Trail, VehicleState, VehicleStatus
from widgets.fleet_lines import VehicleLine, Wheels
from widgets.texts import Texts

MOST_NEAREST: Final = 20
_WHEELS: Final = {
    VehicleStatus.MOVING: Wheels.TURN,
    VehicleStatus.STOPPED: Wheels.STAND,
    VehicleStatus.OFFLINE: Wheels.LOST,
    VehicleStatus.UNKNOWN: Wheels.NEVER,
}
_LOST: Final = frozenset({VehicleStatus.OFFLINE, VehicleStatus.UNKNOWN})


class Place(NamedTuple):
    """Where who is nearest is asked for, and what that place is called."""

    lon: float
    lat: float
    name: str


class FleetPresenter:
    """What the panel says and asks. `now`: the server's time."""

    def __init__(
        self, assets: AssetLookup, catalogue: Catalogue, client: Client, tr: Texts, now: Callable[[], dt.datetime]
    ) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._client = client
        self._tr = tr
        self._now = now
        self._order: Sequence[int] = ()
        self.place: Place | None = None

    async def ask(self) -> Sequence[VehicleState]:
        """All vehicles, or those nearest to the place. Raises RequestFailed."""
        if self.place is None:
            self._order = ()
            return (await self._client.vehicles()).items
        place = self.place
        ask = self._client.nearest_vehicles
        heard = (await ask(place.lon, place.lat, count=MOST_NEAREST, with_offline=False)).items
        every = (await ask(place.lon, place.lat, count=MOST_NEAREST)).items
        # However many silent ones stand nearer, those that can be sent are listed.
        known = {state.asset_id for state in heard}
        found = [*heard, *(state for state in every if state.status in _LOST and state.asset_id not in known)]
        # Somebody may have asked for another place meanwhile: this answer gives that one no order.
        return self._in_place(found) if place == self.place else found

    def ask_anew(self, place: Place | None) -> None:
        """From now on who is nearest to this place; None: everybody. The order is made anew."""
        self.place, self._order = place, ()

    def _in_place(self, found: Sequence[VehicleState]) -> Sequence[VehicleState]:
        """Rows do not move under the pointer: the order of the first answer stays, newcomers come last."""
        by_id = {state.asset_id: state for state in found}
        if not self._order:
            ranked = sorted(found, key=lambda state: (state.status in _LOST, state.distance_m or 0.0))
            self._order = [state.asset_id for state in ranked]
        newcomers = [asset_id for asset_id in by_id if asset_id not in set(self._order)]
        self._order = [*self._order, *newcomers]
        return [by_id[asset_id] for asset_id in self._order if asset_id in by_id]

    def lines(
        self, states: Sequence[VehicleState], text: str = "", status: VehicleStatus | None = None
    ) -> Sequence[VehicleLine]:
        """Those that the filters leave, in their order."""
        words = text.casefold().split()
        lines: list[VehicleLine] = []
        for state in states:
            asset = self._assets.get(state.asset_id)
            if asset is None or (status is not None and state.status is not status):
                continue
            line = self._line(asset, state)
            said = " ".join((asset.code, line.vehicle, line.service, line.crew, line.activity)).casefold()
            if all(word in said for word in words):
                lines.append(line)
        return lines

    def counts(self, states: Sequence[VehicleState]) -> str:
        """How many do what."""
        count = Counter(state.status for state in states)
        lost = count[VehicleStatus.OFFLINE] + count[VehicleStatus.UNKNOWN]
        return self._tr(
            "fleet.counts",
            total=len(states),
            moving=count[VehicleStatus.MOVING],
            stopped=count[VehicleStatus.STOPPED],
            offline=lost,
        )

    def nearest_words(self, states: Sequence[VehicleState]) -> str:
        """Who is nearest of those of whom it is known where they are, and how that was measured."""
        if self.place is None:
            return ""
        known = [state for state in states if state.status not in _LOST and state.distance_m is not None]
        if not known:
            return self._tr("fleet.nobody_near", place=self.place.name)
        first = min(known, key=lambda state: state.distance_m or 0.0)
        asset = self._assets.get(first.asset_id)
        name = "" if asset is None else self.name(asset)
        distance = distance_text(first.distance_m or 0.0, self._tr)
        return self._tr("fleet.nearest_is", place=self.place.name, vehicle=name, distance=distance)

    def empty_text(self, states: Sequence[VehicleState]) -> str:
        """What an empty list says."""
        return self._tr("fleet.none_found" if states else "fleet.none_yet")

    def details(self, state: VehicleState | None) -> str:
        """More of the selected one."""
        tr = self._tr
        if state is None:
            return tr("fleet.choose")
        asset = self._assets.get(state.asset_id)
        parts = [] if asset is None else [self.name(asset)]
        if state.heard_at is None:
            return " · ".join([*parts, tr("fleet.never_heard")])
        parts.append(tr("fleet.heard_at", time=day_and_time(state.heard_at, self._now())))
        if state.fixed_at is None:
            parts.append(tr("fleet.clock_not_believed"))
        elif (state.heard_at - state.fixed_at).total_seconds() > 60.0:
            parts.append(tr("fleet.fixed_at", time=clock_time(state.fixed_at)))
        if state.battery_percent is not None:
            parts.append(tr("fleet.battery", percent=f"{state.battery_percent:.0f}"))
        return " · ".join(parts)

    async def way(self, asset_id: int, minutes: int) -> Trail:
        """Where it was in the last minutes. Raises RequestFailed."""
        until = self._now()
        return await self._client.vehicle_trail(asset_id, until - dt.timedelta(minutes=minutes), until)

    def way_words(self, trail: Trail) -> str:
        """What is drawn; what to do when there is nothing."""
        if not trail.points:
            return self._tr("fleet.no_way", days=trail.kept_days)
        first, last = trail.points[0].at, trail.points[-1].at
        return self._tr("fleet.way_shown", since=clock_time(first), until=clock_time(last), count=trail.total)

    def name(self, asset: Asset) -> str:
        """As people call it."""
        return asset.name or asset.code

    def _line(self, asset: Asset, state: VehicleState) -> VehicleLine:
        tr, now = self._tr, self._now()
        status = tr(f"fleet.status.{state.status}")
        if state.since is not None:
            status = tr("fleet.since", status=status, age=age(max(0.0, (now - state.since).total_seconds()), tr))
        is_moving = state.status is VehicleStatus.MOVING
        heard = "" if state.heard_at is None else age(max(0.0, (now - state.heard_at).total_seconds()), tr)
        return VehicleLine(
            asset_id=asset.id,
            wheels=_WHEELS[state.status],
            vehicle=self.name(asset),
            status=status,
            service=self._service(asset),
            crew=asset.extra.get("crew", ""),
            activity=state.activity,
            speed=f"{state.speed_kmh:.0f} km/h" if is_moving and state.speed_kmh is not None else "",
            heard=heard,
            distance="" if state.distance_m is None else distance_text(state.distance_m, tr),
            tooltip=f"{asset.code} · {self.name(asset)}",
        )

    def _service(self, asset: Asset) -> str:
        unit = asset.extra.get("unit", "")
        if unit:
            return unit
        key = f"service.{asset.service}"
        said = self._tr(key)
        return asset.service if said == key else said


def by_id(states: Sequence[VehicleState]) -> Mapping[int, VehicleState]:
    """States by asset."""
    return {state.asset_id: state for state in states}
