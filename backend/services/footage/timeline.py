"""What is on a camera's timeline: recordings and gaps as the recorder knows them, marks as the backend does."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from backend.devkit.clock import Clock
from backend.domain.footage_rules import clipped, clipped_gaps, cut_by, spans_of
from backend.domain.looking import sees
from backend.ports import JournalQuery, Storage
from backend.services.footage.bookmarks import Bookmarks
from backend.services.footage.plan_book import PlanBook
from backend.services.footage.seals import Seals
from backend.services.live_state import LiveState
from backend.services.media import MediaUnavailable
from backend.services.refusals import FootageRefused
from backend.services.register import MaySee, Register
from backend.services.said import say
from contract.alarms import ShownState
from contract.assets import Asset
from contract.footage import CameraFootage, FootageMark, FootageNear, NearbyFootage
from contract.journal import EntryKind, JournalEntry
from contract.media import FootageListed, ListFootage
from contract.points import Quality

LONGEST_DAYS: Final = 31
MOST_MARKS: Final = 2_000
MOST_ENTRIES: Final = 20_000  # of the journal that are looked through for one timeline
MOST_NEARBY: Final = 16
_PAGE: Final = 500
_MOST_SAMPLES: Final = 5_000
_LIST_WITHIN_S: Final = 5.0
_UNKNOWN_AFTER: Final = dt.timedelta(minutes=1)
_AROUND: Final = dt.timedelta(seconds=30)
_STANDING: Final = frozenset({ShownState.B_UNACK.value, ShownState.C_ACKED.value})


class ListingMedia(Protocol):
    """The media process, as timelines see it."""

    async def ask(self, command: ListFootage, key: str, kind: type[FootageListed], *, within_s: float) -> FootageListed:
        """Tell, and wait for the answer. Raises MediaUnavailable."""
        ...


class Timeline:
    """Asks and joins; keeps nothing."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        live: LiveState,
        media: ListingMedia,
        plans: PlanBook,
        bookmarks: Bookmarks,
        seals: Seals,
        is_ptz: Callable[[Asset], bool],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._live = live
        self._media = media
        self._plans = plans
        self._bookmarks = bookmarks
        self._seals = seals
        self._is_ptz = is_ptz

    async def of(self, camera: Asset, since: dt.datetime, until: dt.datetime, *, may_see: MaySee) -> CameraFootage:
        """One camera's timeline in a period. Raises FootageRefused."""
        if not dt.timedelta() < until - since <= dt.timedelta(days=LONGEST_DAYS):
            raise FootageRefused(say("footage_period", days=LONGEST_DAYS))
        listed = await self.listed(camera.id, since, until)
        # Alarms and motion are the backend's to tell, which told the recorder of them.
        own = (mark for mark in listed.marks if mark.kind not in {"alarm", "motion"})
        marks = [*own, *await self._motion(camera.id, since, until, listed)]
        marks += await self._alarms(camera, since, until, may_see)
        marks += self._kept_marks(camera.id, since, until)
        marks.sort(key=lambda mark: (mark.since, mark.id))
        return CameraFootage(
            camera_id=camera.id,
            since=since,
            until=until,
            spans=clipped(listed.spans, since, until),
            gaps=clipped_gaps(listed.gaps, since, until),
            marks=_thinned(marks),
            oldest=listed.oldest,
            trouble=listed.trouble,
        )

    async def near(self, lon: float, lat: float, at: dt.datetime, *, may_see: MaySee, count: int) -> NearbyFootage:
        """Which cameras near a place have a moment. Of cameras without a plan nothing is asked."""
        nearest = self._register.nearest_cameras(
            lon, lat, may_see=may_see, streams=self._has_plan, count=MOST_NEARBY, is_ptz=self._is_ptz
        )
        asked = [found for found in nearest if found.streams]
        answers = await asyncio.gather(*(self.listed(found.asset.id, at - _AROUND, at + _AROUND) for found in asked))
        listed = {found.asset.id: answer for found, answer in zip(asked, answers, strict=True)}
        items: list[FootageNear] = []
        for found in nearest:
            answer = listed.get(found.asset.id)
            spans = () if answer is None else answer.spans
            span = next((span for span in spans if span.since <= at <= span.until), None)
            items.append(
                FootageNear(
                    camera_id=found.asset.id,
                    distance_m=round(found.distance_m, 1),
                    sees_it=found.sees_it,
                    has_footage=span is not None,
                    since=None if span is None else span.since,
                    until=None if span is None else span.until,
                )
            )
        items.sort(key=lambda item: (not (item.has_footage and item.sees_it), not item.has_footage, item.distance_m))
        trouble = next((answer.trouble for answer in answers if answer.trouble), "")
        return NearbyFootage(items=tuple(items[:count]), total=len(items), trouble=trouble)

    async def listed(self, camera_id: int, since: dt.datetime, until: dt.datetime) -> FootageListed:
        """What the recorder has; `trouble` says why it does not answer."""
        key = str(uuid.uuid4())
        command = ListFootage(id=key, camera_id=camera_id, since=since, until=until)
        try:
            return await self._media.ask(command, key, FootageListed, within_s=_LIST_WITHIN_S)
        except MediaUnavailable as error:
            return FootageListed(id=key, trouble=say("footage_no_answer", reason=error).text)

    async def check_any(self, camera_ids: Sequence[int], since: dt.datetime, until: dt.datetime) -> None:
        """Raises FootageRefused when the recorder knows that it has nothing of these cameras in a period."""
        answers = await asyncio.gather(*(self.listed(camera_id, since, until) for camera_id in camera_ids))
        if not any(answer.spans or answer.trouble for answer in answers):
            raise FootageRefused(say("lock_nothing"))

    def _has_plan(self, camera_id: int) -> bool:
        return self._plans.of(camera_id) is not None

    async def _motion(
        self, camera_id: int, since: dt.datetime, until: dt.datetime, listed: FootageListed
    ) -> Sequence[FootageMark]:
        marks: list[FootageMark] = []
        down = [gap for gap in listed.gaps if gap.reason == "service_down"]
        for point in ("motion", "picture_motion"):
            samples = await self._storage.readings(camera_id, point, since, until, _MOST_SAMPLES)
            if not samples:
                continue
            end = min(until, self._clock.now())
            now = self._live.point(camera_id, point)
            if now is None or now.value is not True or now.quality is not Quality.GOOD:
                end = min(end, samples[-1].at + _UNKNOWN_AFTER)  # the backend stopped while something moved
            known = ((sample.at, sample.value is True) for sample in samples)
            marks += [
                FootageMark(
                    id=f"{point}-{span.since.timestamp():.3f}", kind="motion", since=span.since, until=span.until
                )
                for span in cut_by(spans_of(known, end), down)
            ]
        return marks

    def _kept_marks(self, camera_id: int, since: dt.datetime, until: dt.datetime) -> Sequence[FootageMark]:
        marks = [
            FootageMark(id=item.id, kind="bookmark", since=item.at, until=item.until, label=item.label)
            for item in self._bookmarks.of(camera_id)
            if item.at < until and (item.until or item.at) >= since
        ]
        # Why it is sealed is for those who manage: the timeline only says that it is.
        marks += [
            FootageMark(id=seal.id, kind="lock", since=seal.since, until=seal.until)
            for seal in self._seals.all()
            if camera_id in seal.camera_ids and seal.state != "released" and seal.since < until and seal.until > since
        ]
        return marks

    async def _alarms(
        self, camera: Asset, since: dt.datetime, until: dt.datetime, may_see: MaySee
    ) -> Sequence[FootageMark]:
        marks: list[FootageMark] = []
        in_sight: dict[int, bool] = {camera.id: True}
        before: int | None = None
        for _ in range(MOST_ENTRIES // _PAGE):
            query = JournalQuery(since=since, until=until, kinds=(EntryKind.ALARM,), before=before, limit=_PAGE)
            page = await self._storage.journal(query)
            for entry in page:
                asset = None if entry.asset_id is None else self._register.get(entry.asset_id)
                if asset is None or not _came(entry):
                    continue
                if asset.id not in in_sight:
                    in_sight[asset.id] = self._is_in_sight(camera, asset) and may_see(asset)
                if in_sight[asset.id]:
                    marks.append(_alarm_mark(entry, asset))
            if len(page) < _PAGE or len(marks) >= MOST_MARKS:
                break
            before = page[-1].seq
            await asyncio.sleep(0)
        return marks

    def _is_in_sight(self, camera: Asset, asset: Asset) -> bool:
        return sees(camera, asset.lon, asset.lat, is_ptz=self._is_ptz(camera))[1]


def _came(entry: JournalEntry) -> bool:
    """It came to stand before an operator."""
    payload = entry.payload
    is_new = payload.get("to") in _STANDING and payload.get("from") not in _STANDING
    return is_new and payload.get("is_active") is True


def _alarm_mark(entry: JournalEntry, asset: Asset) -> FootageMark:
    kind = str(entry.payload.get("alarm_kind", ""))
    priority = entry.payload.get("priority")
    return FootageMark(
        id=f"alarm-{entry.seq}",
        kind="alarm",
        since=entry.at,
        label=f"{asset.code} {asset.name}".strip(),
        priority=priority if isinstance(priority, int) and 1 <= priority <= 4 else 0,
        asset_id=asset.id,
        alarm_kind=kind,
    )


def _thinned(marks: Sequence[FootageMark]) -> tuple[FootageMark, ...]:
    """Beyond what a timeline can show, motion goes first."""
    if len(marks) <= MOST_MARKS:
        return tuple(marks)
    others = [mark for mark in marks if mark.kind != "motion"][-MOST_MARKS:]
    room = MOST_MARKS - len(others)
    motion = [mark for mark in marks if mark.kind == "motion"]
    step = max(1, -(-len(motion) // room)) if room else len(motion) + 1
    kept = motion[::step] if room else []
    return tuple(sorted([*others, *kept], key=lambda mark: (mark.since, mark.id)))
