"""What is kept of the past of one asset's points and alarms, as a trial needs it: unknown stretches told as such."""

import datetime as dt
import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from backend.domain.alarms.rule_settings import all_hold, holds
from backend.domain.alarms.trying import Episode, Sample
from backend.ports import JournalQuery, Storage
from backend.services.alarms.rules_in_force import RulesInForce
from backend.services.register import Register
from contract.assets import AlarmRule, Asset, PointSpec
from contract.journal import EntryKind, JournalEntry
from contract.points import PointKind, PointValue, Quality, Value

MOST_SAMPLES: Final = 20_000  # of one point
_PAGE: Final = 250
_MOST_PAGES: Final = 40
_LOOK_BACK: Final = 50  # entries before the period in which the value at its beginning is looked for
_UNKNOWN: Final = PointValue(None, Quality.UNKNOWN, None, None)
Present = Callable[[int, str], PointValue | None]


class PointPast(NamedTuple):
    """Values of one point in order of time; each holds until the next."""

    values: Sequence[tuple[float, PointValue]]
    is_thinned: bool = False


class KeptPast:
    """Reads readings and journal. A value that was not heard, or whose device was silent, is not known."""

    def __init__(self, storage: Storage, register: Register, rules: RulesInForce, present: Present) -> None:
        self._storage = storage
        self._register = register
        self._rules = rules
        self._present = present

    async def samples(
        self, asset: Asset, point: str, rule: AlarmRule, since: dt.datetime, until: dt.datetime
    ) -> tuple[Sequence[Sample], bool]:
        """What a rule on this point would have seen, its enabling conditions with it; and whether it is thinned."""
        main = await self.point(asset, point, since, until)
        pasts = [main]
        for condition in rule.enabled_by:
            on = self._rules.enabling_asset(asset, condition)
            holder = None if on is None else self._register.get(on)
            pasts.append(PointPast(()) if holder is None else await self.point(holder, condition.point, since, until))
        merged = heapq.merge(
            *([(at, index, value) for at, value in past.values] for index, past in enumerate(pasts)),
            key=lambda mark: mark[:2],
        )
        present: list[PointValue] = [_UNKNOWN] * len(pasts)
        samples: list[Sample] = []
        for at, index, value in merged:
            present[index] = value
            answers = [holds(one, now) for one, now in zip(rule.enabled_by, present[1:], strict=True)]
            samples.append(Sample(at, present[0].value, present[0].quality, all_hold(answers)))
        return samples, any(past.is_thinned for past in pasts)

    async def point(self, asset: Asset, point: str, since: dt.datetime, until: dt.datetime) -> PointPast:
        """One point of one asset."""
        spec = self._rules.of_class(asset.class_).specs.get(point)
        if spec is None:
            return PointPast(())
        if spec.kind is PointKind.NUMBER or spec.is_reading:
            past = await self._readings(asset.id, spec, since, until)
        else:
            past = PointPast(await self._journalled(asset.id, point, since, until))
        silent: list[Episode] = []
        for kind in [] if spec.is_ours else [rule.kind for rule in self._rules.of_class(asset.class_).of_link]:
            silent.extend(await self.episodes(asset.id, kind, since, until))
        return PointPast(_silenced(past.values, silent), past.is_thinned)

    async def episodes(self, asset_id: int, kind: str, since: dt.datetime, until: dt.datetime) -> Sequence[Episode]:
        """When the process was in alarm, as the journal tells it: suppressed and shelved alarms too."""
        before = await self._entries(asset_id, EntryKind.ALARM, None, since, pages=1)
        entries = [*before[-_LOOK_BACK:], *await self._entries(asset_id, EntryKind.ALARM, since, until)]
        found: list[Episode] = []
        for entry in entries:
            is_active = entry.payload.get("is_active")
            if entry.payload.get("alarm_kind") != kind or not isinstance(is_active, bool):
                continue
            is_open = bool(found) and found[-1].went_at is None
            if is_active and not is_open:
                found.append(Episode(entry.at.timestamp()))
            elif not is_active and is_open:
                found[-1] = Episode(found[-1].came_at, entry.at.timestamp())
        begin = since.timestamp()
        return [episode for episode in found if episode.went_at is None or episode.went_at > begin]

    async def _readings(self, asset_id: int, spec: PointSpec, since: dt.datetime, until: dt.datetime) -> PointPast:
        kept = await self._storage.readings(asset_id, spec.name, since, until, MOST_SAMPLES)
        values: list[tuple[float, PointValue]] = []
        for index, sample in enumerate(kept):
            at = sample.at.timestamp()
            values.append((at, PointValue(sample.value, Quality(sample.quality), None, None)))
            following = kept[index + 1].at.timestamp() if index + 1 < len(kept) else until.timestamp()
            if spec.stale_after_s is not None and following - at > spec.stale_after_s:
                values.append((at + spec.stale_after_s, PointValue(sample.value, Quality.STALE, None, None)))
        return PointPast(values, is_thinned=len(kept) >= MOST_SAMPLES)

    async def _journalled(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime
    ) -> Sequence[tuple[float, PointValue]]:
        """Only changes are written: what did not change was what it became later, a yes/no the other way round."""
        before = _changes(await self._entries(asset_id, EntryKind.POINT, None, since, pages=1), point)
        within = _changes(await self._entries(asset_id, EntryKind.POINT, since, until), point)
        begin = since.timestamp()
        if before:
            return [(begin, before[-1][1]), *within]
        first: Value = None
        if within:
            value = within[0][1].value
            first = (not value) if isinstance(value, bool) else None
        elif (now := self._present(asset_id, point)) is not None and now.value is False:
            first = False  # it was never written that it became true
        return within if first is None else [(begin, PointValue(first, Quality.GOOD, None, None)), *within]

    async def _entries(
        self, asset_id: int, kind: EntryKind, since: dt.datetime | None, until: dt.datetime, pages: int = _MOST_PAGES
    ) -> Sequence[JournalEntry]:
        """Oldest first; of more than can be read, the newest."""
        found: list[JournalEntry] = []
        before: int | None = None
        for _ in range(pages):
            query = JournalQuery(since=since, until=until, asset_id=asset_id, kinds=(kind,), before=before, limit=_PAGE)
            page = await self._storage.journal(query)
            found.extend(page)
            if len(page) < _PAGE:
                break
            before = page[-1].seq
        return found[::-1]


def _changes(entries: Iterable[JournalEntry], point: str) -> list[tuple[float, PointValue]]:
    found: list[tuple[float, PointValue]] = []
    for entry in entries:
        value = entry.payload.get("value")
        if entry.payload.get("point") == point and isinstance(value, bool | int | float | str):
            found.append((entry.at.timestamp(), PointValue(value, Quality.GOOD, None, None)))
    return found


def _silenced(
    values: Sequence[tuple[float, PointValue]], silent: Sequence[Episode]
) -> Sequence[tuple[float, PointValue]]:
    """The same, not known while the device did not answer."""
    if not silent:
        return values
    marks: list[tuple[float, int, PointValue | bool]] = [(at, 0, value) for at, value in values]
    for episode in silent:
        marks.append((episode.came_at, 1, True))
        if episode.went_at is not None:
            marks.append((episode.went_at, 1, False))
    marks.sort(key=lambda mark: mark[:2])
    last, is_silent = _UNKNOWN, False
    found: list[tuple[float, PointValue]] = []
    for at, _, mark in marks:
        if isinstance(mark, bool):
            is_silent = mark
        else:
            last, is_silent = mark, False  # who speaks is not silent
        found.append((at, PointValue(last.value, Quality.STALE, None, None) if is_silent else last))
    return found
