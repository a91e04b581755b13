"""What the equipment card says of one asset, and what it asks of the backend. No Qt."""

import datetime as dt
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import UNKNOWN_VALUE, age, age_of, clock_time, day_and_time, quality_key, remaining, value_text
from console.kit.ports import AlarmBook, AssetLookup, Catalogue, Client, StateLookup, Watched
from console.kit.said import said_text
from console.store.alarm_notes import explained_text
from console.store.alarm_order import wants_acknowledgement
from console.store.wording import alarm_text, class_text, point_spec, point_text
from contract.alarms import Priority
from contract.api import ClaimRequest
from contract.assets import Asset, PointSpec
from contract.claims import Claim
from contract.commands import Command, CommandState
from contract.points import PointKind, PointValue, Quality, Value
from widgets.card_lines import ClaimLine, PointLine, StackWords
from widgets.texts import Texts

_SAME = 0.5  # a device that reports within this of what is wanted obeys
_UNSETTLED = frozenset({CommandState.REQUESTED, CommandState.AUTHORISED, CommandState.SENT, CommandState.DEVICE_ACK})


@dataclass(frozen=True)
class Course:
    """A point's readings for the trend; NaN where nothing was known."""

    title: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    bounds: tuple[float, float] | None


class CardPresenter:
    """Everything about one asset at a time; the asset comes with each question."""

    def __init__(
        self,
        assets: AssetLookup,
        watched: Watched,
        states: StateLookup,
        alarms: AlarmBook,
        catalogue: Catalogue,
        client: Client,
        tr: Texts,
    ) -> None:
        self._assets = assets
        self._watched = watched
        self._states = states
        self._alarms = alarms
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    def asset(self, asset_id: int | None) -> Asset | None:
        """The asset, when this console may see it."""
        return None if asset_id is None else self._assets.get(asset_id)

    def title(self, asset: Asset) -> str:
        """How people call it."""
        return asset.name or asset.code

    def subtitle(self, asset: Asset) -> str:
        """Kind, code, street and commune."""
        commune = self._catalogue.communes.get(asset.commune)
        place = ", ".join(part for part in (asset.street, commune.name if commune else asset.commune) if part)
        parts = (class_text(self._catalogue, asset.class_, self._tr), asset.code, place)
        return " · ".join(part for part in parts if part)

    def state(self, asset: Asset) -> str:
        """The worst thing to say of it, in words."""
        return self._tr(f"visual.{self._states.visual_of(asset.id).name.lower()}")

    def worst_priority(self, asset: Asset) -> Priority | None:
        """The priority of its worst alarm."""
        alarms = self._alarms.of_asset(asset.id)
        return min((alarm.priority for alarm in alarms), default=None)

    def alarm_lines(self, asset: Asset) -> Sequence[str]:
        """Its alarms, worst first."""
        lines: list[str] = []
        for alarm in self._alarms.of_asset(asset.id):
            owed = self._tr("card.to_acknowledge") if wants_acknowledgement(alarm) else ""
            cause = explained_text(alarm.suppressed_by, self._catalogue, self._tr) if alarm.suppressed_by else ""
            what = f"P{int(alarm.priority)} {alarm_text(self._catalogue, alarm, self._tr)}"
            lines.append(" · ".join(part for part in (what, clock_time(alarm.raised_at), owed, cause) if part))
        return lines

    def identity(self, asset: Asset) -> Sequence[tuple[str, str]]:
        """The register's fields that are filled in."""
        tr = self._tr
        life = asset.expected_life_years
        commune = self._catalogue.communes.get(asset.commune)
        degrees = "" if asset.azimuth_deg is None else f"{asset.azimuth_deg:.0f}°"
        pairs = (
            ("code", asset.code),
            ("number", "" if asset.number is None else str(asset.number)),
            ("class", class_text(self._catalogue, asset.class_, tr)),
            ("street", asset.street),
            ("commune", asset.commune if commune is None else commune.name),
            ("service", asset.service),
            ("status", tr(f"status.{asset.status.value}")),
            ("position", f"{asset.lat:.6f}, {asset.lon:.6f}"),
            ("azimuth", degrees),
            ("height", "" if asset.height_m is None else f"{asset.height_m:g}\u202fm"),
            ("serial", asset.serial),
            ("commissioned", "" if asset.commissioned is None else asset.commissioned.strftime("%d/%m/%Y")),
            ("life", "" if life is None else tr("card.years", count=f"{life:g}")),
            ("supply", self._name_of(asset.supply_parent)),
            ("network", self._name_of(asset.network_parent)),
            ("parent", self._name_of(asset.parent)),
        )
        own = [(tr(f"identity.{key}"), value) for key, value in pairs if value]
        return [*own, *((key, value) for key, value in asset.extra.items())]

    def point_lines(self, asset: Asset, now: dt.datetime) -> Sequence[PointLine]:
        """Its points in the order of its class, then others it told."""
        class_ = self._catalogue.classes.get(asset.class_)
        specs = () if class_ is None else class_.points
        known = self._watched.points(asset.id)
        names = [spec.name for spec in specs] + sorted(set(known) - {spec.name for spec in specs})
        return [self._point_line(asset, name, known.get(name), now) for name in names]

    def controllable(self, asset: Asset) -> Sequence[PointSpec]:
        """What may be driven."""
        class_ = self._catalogue.classes.get(asset.class_)
        return () if class_ is None else tuple(spec for spec in class_.points if spec.is_controllable)

    def reported(self, asset: Asset, property_: str) -> Value:
        """What the device says, None when that is not known."""
        point = self._watched.points(asset.id).get(property_)
        return None if point is None else point.value

    def claim_lines(self, asset: Asset, property_: str, now: dt.datetime) -> Sequence[ClaimLine]:
        """The stack of claims on a property, winner first."""
        spec = point_spec(self._catalogue, asset.class_, property_)
        claims = [claim for claim in self._watched.claims(asset.id) if claim.property == property_]
        return [self._claim_line(claim, spec, now, is_winner=number == 0) for number, claim in enumerate(claims)]

    def stack_words(self, asset: Asset, property_: str, note: str = "") -> StackWords:
        """What is wanted, what is reported, whether it obeys; unknown is said as unknown."""
        spec = point_spec(self._catalogue, asset.class_, property_)
        claims = [claim for claim in self._watched.claims(asset.id) if claim.property == property_]
        point = self._watched.points(asset.id).get(property_)
        wanted = claims[0].value if claims else None
        is_obeyed = _obeys(wanted, point)
        verdict = ""
        if claims:
            verdict = {
                True: self._tr("claims.obeyed"),
                False: self._tr("claims.disobeyed"),
                None: self._tr("claims.not_known"),
            }[is_obeyed]
        return StackWords(
            wanted=value_text(wanted, spec, self._tr) if claims else self._tr("claims.nothing_wanted"),
            reported=self._reported_text(point, spec),
            verdict=verdict,
            is_obeyed=is_obeyed,
            note=note,
        )

    def command_lines(self, asset: Asset, now: dt.datetime) -> Sequence[str]:
        """Its commands, newest first, each with its state and why."""
        return [self._command_line(asset, command, now) for command in self._watched.commands(asset.id)[:20]]

    async def note_of(self, asset: Asset, property_: str) -> str:
        """The backend's own word on why the property is so; silent when it cannot be asked."""
        try:
            why = await self._client.explain(asset.id, property_)
            return said_text(why.detail_code, why.detail_args, why.note, self._tr)
        except RequestFailed:
            return ""

    async def place(self, asset: Asset, property_: str, value: Value, reason: str, until: dt.datetime | None) -> Answer:
        """Place an operator's claim; the screen changes when the backend says so."""
        request = ClaimRequest(
            id=str(uuid.uuid4()),
            asset_ids=(asset.id,),
            property=property_,
            value=value,
            reason=reason,
            expires_at=until,
        )
        try:
            outcome = await self._client.place_claim(request)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        spec = point_spec(self._catalogue, asset.class_, property_)
        placed = self._tr("claims.placed", value=value_text(value, spec, self._tr), name=self.title(asset))
        states = dict.fromkeys(self._tr(f"command.{command.state.value.lower()}") for command in outcome.commands)
        return Answer(" ".join([placed, *(self._tr("command.is", state=state) for state in states)]))

    async def release(self, claim_id: str, reason: str) -> Answer:
        """Take a claim back."""
        try:
            await self._client.release_claim(claim_id, reason)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return Answer(self._tr("claims.released"))

    async def course(self, asset: Asset, point: str, now: dt.datetime, hours: int) -> Course:
        """Readings of the last hours. Raises RequestFailed."""
        since = now - dt.timedelta(hours=hours)
        trend = await self._client.trend(asset.id, point, since=since, until=now)
        spec = point_spec(self._catalogue, asset.class_, point)
        unit = f" ({spec.unit})" if spec is not None and spec.unit else ""
        name = point_text(self._catalogue, asset.class_, point, self._tr)
        title = f"{name}{unit}, {self._tr('card.last_hours', count=hours)}"
        times = [sample.at.timestamp() for sample in trend.samples]
        values = [_number(sample.value, sample.quality) for sample in trend.samples]
        newest = self._watched.points(asset.id).get(point)
        if newest is not None and newest.device_time is not None and times:
            if newest.device_time.timestamp() > times[-1]:
                times.append(newest.device_time.timestamp())
                values.append(_number(newest.value, newest.quality))
            times.append(max(now.timestamp(), times[-1]))
            values.append(_number(newest.value, newest.quality))
        bounds = None
        if spec is not None and spec.minimum is not None and spec.maximum is not None:
            bounds = (spec.minimum, spec.maximum)
        return Course(title, tuple(times), tuple(values), bounds)

    async def history_lines(self, asset: Asset, now: dt.datetime) -> Sequence[str]:
        """What changed in the register. Raises RequestFailed."""
        detail = await self._client.asset(asset.id)
        lines: list[str] = []
        for change in sorted(detail.history, key=lambda item: item.at, reverse=True):
            fields = ", ".join(
                f"{key} {_short(change.before.get(key))} → {_short(value)}" for key, value in change.after.items()
            )
            lines.append(f"{day_and_time(change.at, now)} · {change.actor} · {fields}")
        return lines

    def _name_of(self, asset_id: int | None) -> str:
        asset = None if asset_id is None else self._assets.get(asset_id)
        return "" if asset is None else self.title(asset)

    def _point_line(self, asset: Asset, name: str, point: PointValue | None, now: dt.datetime) -> PointLine:
        spec = point_spec(self._catalogue, asset.class_, name)
        label = point_text(self._catalogue, asset.class_, name, self._tr)
        if point is None:
            return PointLine(name, label, UNKNOWN_VALUE, "", self._tr("quality.unknown"), is_believable=False)
        seconds = age_of(point, now)
        return PointLine(
            name=name,
            label=label,
            value=value_text(point.value, spec, self._tr),
            age="" if seconds is None else age(seconds, self._tr),
            quality=self._tr(quality_key(point.quality)),
            is_believable=point.quality is Quality.GOOD and point.value is not None,
            is_alarming=point.value is True and spec is not None and bool(spec.alarms),
            has_trend=spec is not None and spec.kind is PointKind.NUMBER,
        )

    def _claim_line(self, claim: Claim, spec: PointSpec | None, now: dt.datetime, *, is_winner: bool) -> ClaimLine:
        until = self._tr("claims.until_released")
        if claim.expires_at is not None:
            left = remaining((claim.expires_at - now).total_seconds(), self._tr)
            until = self._tr("claims.until_time", time=day_and_time(claim.expires_at, now), left=left)
        if claim.is_read_only:
            until = self._tr("claims.in_field")
        return ClaimLine(
            claim_id=claim.id,
            value=value_text(claim.value, spec, self._tr),
            rank=self._tr(f"rank.{claim.rank.name.lower()}"),
            owner=claim.owner,
            reason=claim.reason,
            until=until,
            is_winner=is_winner,
            can_release=not claim.is_read_only,
        )

    def _reported_text(self, point: PointValue | None, spec: PointSpec | None) -> str:
        if point is None or point.quality is Quality.UNKNOWN or point.value is None:
            return self._tr("quality.unknown")
        text = value_text(point.value, spec, self._tr)
        return text if point.quality is Quality.GOOD else f"{text} ({self._tr(quality_key(point.quality))})"

    def _command_line(self, asset: Asset, command: Command, now: dt.datetime) -> str:
        state = self._tr(f"command.{command.state.value.lower()}")
        action = self._tr("command.set") if command.action == "set" else command.action
        arguments = _arguments(asset, self._catalogue, command, self._tr)
        pending = "… " if command.state in _UNSETTLED else ""
        parts = (
            day_and_time(command.requested_at, now),
            f"{action} {arguments}".strip(),
            f"{pending}{state}",
            said_text(command.detail_code, command.detail_args, command.detail, self._tr),
        )
        return " · ".join(part for part in (*parts, command.actor) if part)


def _arguments(asset: Asset, catalogue: Catalogue, command: Command, tr: Texts) -> str:
    property_ = command.arguments.get("property")
    if command.action == "set" and isinstance(property_, str):
        spec = point_spec(catalogue, asset.class_, property_)
        name = point_text(catalogue, asset.class_, property_, tr)
        return f"{name} {value_text(command.arguments.get('value'), spec, tr)}"
    return " ".join(f"{key} {value_text(value, None, tr)}" for key, value in command.arguments.items() if value != 0)


def _obeys(wanted: Value, point: PointValue | None) -> bool | None:
    if wanted is None or point is None or point.value is None or point.quality is not Quality.GOOD:
        return None
    if isinstance(wanted, (int, float)) and isinstance(point.value, (int, float)):
        return abs(float(wanted) - float(point.value)) <= _SAME
    return wanted == point.value


def _number(value: Value, quality: int) -> float:
    if quality != Quality.GOOD or isinstance(value, (str, bool)) or value is None:
        return math.nan
    return float(value)


def _short(value: object) -> str:
    return UNKNOWN_VALUE if value is None or value == "" else str(value)[:40]
