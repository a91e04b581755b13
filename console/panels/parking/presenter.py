"""Car parks and bays in words and figures. Unknown is a word of its own, never a zero. No Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from console.kit.ports import Catalogue, Client
from contract.parking import EVERY_DAY, Bay, CarPark, StayRule, UnknownDevices
from widgets.parking_lines import BayCell, BayLook, ParkLine
from widgets.texts import Texts, pair

_WHOLE_DAY: Final = 1440
_TREND_HOURS: Final = 24
FREE_POINT: Final = "free_bays"


class ParkingPresenter:
    """Asks the backend and puts its answers into words."""

    def __init__(self, catalogue: Catalogue, client: Client, tr: Texts, now: Callable[[], dt.datetime]) -> None:
        self._catalogue = catalogue
        self._client = client
        self._tr = tr
        self._now = now
        self.parks: Sequence[CarPark] = ()
        self.bays: Sequence[Bay] = ()
        self.chosen: int | None = None  # the car park whose bays are shown

    # --- asking

    async def ask(self) -> None:
        """Car parks, and the bays of the chosen one."""
        self.parks = (await self._client.car_parks()).items
        chosen = self.chosen
        bays = () if chosen is None else (await self._client.bays(chosen)).items
        if chosen == self.chosen:
            self.bays = bays

    async def set_rule(self, rule: StayRule | None) -> None:
        """For the chosen car park."""
        if self.chosen is not None:
            await self._client.set_stay_rule(self.chosen, rule)
            await self.ask()

    async def course(self, park_id: int) -> tuple[Sequence[float], Sequence[float]]:
        """Free bays of the last day: seconds since 1970 and counts; NaN where nothing was known."""
        until = self._now()
        since = until - dt.timedelta(hours=_TREND_HOURS)
        trend = await self._client.trend(park_id, FREE_POINT, since=since, until=until)
        times = [sample.at.timestamp() for sample in trend.samples]
        values = [_figure(sample.value, sample.quality) for sample in trend.samples]
        if times:  # what was told last still holds
            times.append(max(until.timestamp(), times[-1]))
            values.append(values[-1])
        return times, values

    async def strangers(self) -> UnknownDevices:
        """Sensors that nobody has bound."""
        return await self._client.unknown_devices()

    # --- saying

    def choose(self, park_id: int | None) -> bool:
        """Show this one's bays; whether it is another than before."""
        if park_id == self.chosen:
            return False
        self.chosen, self.bays = park_id, ()
        return True

    def park(self) -> CarPark | None:
        """The chosen one."""
        return next((park for park in self.parks if park.id == self.chosen), None)

    def lines(self, search: str) -> Sequence[ParkLine]:
        """Car parks whose name, code or commune holds what is searched."""
        wanted = search.casefold().split()
        return [
            self._line(park)
            for park in self.parks
            if all(word in f"{park.name} {park.code} {self._commune(park)}".casefold() for word in wanted)
        ]

    def summary(self) -> str:
        """All of them in a line."""
        known = [park for park in self.parks if park.free + park.occupied]
        if not self.parks:
            return self._tr("parking.none_yet")
        if not known:
            return self._tr("parking.none_measured", count=len(self.parks))
        parts = [self._tr("parking.summary", free=sum(p.free for p in known), bays=sum(p.bays for p in known))]
        if unknown := sum(park.unknown for park in self.parks):
            parts.append(self._tr("parking.summary_unknown", count=unknown))
        if silent := len(self.parks) - len(known):
            parts.append(self._tr("parking.summary_unmeasured", count=silent))
        if over := sum(park.over_stays or 0 for park in self.parks):
            parts.append(self._tr("parking.summary_over", count=over))
        return " · ".join(parts)

    def cells(self) -> Sequence[BayCell]:
        """The bays of the chosen car park."""
        return [self._cell(bay) for bay in self.bays]

    def rule_words(self, rule: StayRule | None) -> str:
        """A rule in short."""
        if rule is None:
            return self._tr("parking.no_rule")
        words = self._span(rule.most_minutes)
        if (rule.from_minute, rule.to_minute) != (0, _WHOLE_DAY):
            words += f" · {_clock(rule.from_minute)}–{_clock(rule.to_minute)}"
        if rule.days != EVERY_DAY:
            words += " · " + " ".join(self._tr(f"parking.day.{day}") for day in sorted(rule.days))
        return words

    def detail(self) -> str:
        """The chosen car park in a line."""
        park = self.park()
        if park is None:
            return self._tr("parking.choose_one")
        if not park.bays:
            places = "" if park.places is None else self._tr("parking.places", count=park.places)
            return " · ".join(part for part in (park.name, places, self._tr("parking.no_sensors")) if part)
        return f"{park.name} · " + self._tr("parking.of_bays", free=park.free, bays=park.bays, unknown=park.unknown)

    def stranger_rows(self, devices: UnknownDevices) -> Sequence[tuple[str, ...]]:
        """EUI, name, type, over which connection, when last heard, how often."""
        return [
            (
                device.address,
                device.name,
                device.kind,
                device.connection_id,
                device.last_heard.astimezone().strftime("%d/%m %H:%M"),
                str(device.messages),
            )
            for device in devices.items
        ]

    def _line(self, park: CarPark) -> ParkLine:
        is_known, dash = park.free + park.occupied > 0, self._tr("parking.not_known")
        bays = max(1, park.bays)
        rule = self.rule_words(park.rule)
        free, taken = (str(park.free), str(park.occupied)) if is_known else (dash, dash)
        unknown = str(park.unknown) if park.bays else (dash if park.places is None else str(park.places))
        over = "" if park.over_stays is None else str(park.over_stays) if is_known else dash
        tooltip = (
            self._tr("parking.of_bays", free=free, bays=park.bays, unknown=unknown)
            if park.bays
            else self._tr("parking.no_sensors")
        )
        return ParkLine(
            asset_id=park.id,
            name=park.name or park.code,
            commune=self._commune(park),
            free=free,
            taken=taken,
            unknown=unknown,
            over=over,
            rule="" if park.rule is None else rule,
            taken_share=park.occupied / bays,
            unknown_share=park.unknown / bays if park.bays else 1.0,
            is_known=is_known,
            tooltip=f"{park.name} ({park.code}) · {tooltip} · {rule}",
        )

    def _cell(self, bay: Bay) -> BayCell:
        label = bay.code if bay.number is None else str(bay.number)
        look = BayLook.UNKNOWN if bay.is_occupied is None else BayLook.TAKEN if bay.is_occupied else BayLook.FREE
        note = "?" if look is BayLook.UNKNOWN else ""
        words = self._tr(f"parking.look.{look.value}")
        if look is BayLook.TAKEN and bay.since is not None:
            minutes = max(0, int((self._now() - bay.since).total_seconds() // 60))
            note = _short(minutes)
            words += " · " + self._tr("parking.since", span=self._span(minutes))
        if look is BayLook.TAKEN and bay.over_minutes is not None:
            look, note = BayLook.OVER, f"+{_short(bay.over_minutes)}"
            words += " · " + self._tr("parking.too_long_by", span=self._span(bay.over_minutes))
        if bay.battery_percent is not None:
            words += " · " + self._tr("parking.battery", percent=round(bay.battery_percent))
        return BayCell(bay.id, label, look, note, pair(bay.code, words, self._tr))

    def _commune(self, park: CarPark) -> str:
        commune = self._catalogue.communes.get(park.commune)
        return park.commune if commune is None else commune.name

    def _span(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self._tr("parking.minutes", count=rest)
        return self._tr("parking.hours", count=hours) if not rest else f"{hours} h {rest:02d}"


def _figure(value: object, quality: int) -> float:
    return float(value) if quality == 0 and isinstance(value, (int, float)) else float("nan")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _short(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes}′"
    return f"{minutes // 60}h{minutes % 60:02d}" if minutes < 1440 else f"{minutes // 1440} j"
