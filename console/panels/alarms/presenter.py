"""What the alarm list shows: which alarms, in which order, in which words. No Qt."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from console.kit.fold import fold
from console.kit.formats import day_and_time
from console.kit.ports import AlarmBook, AssetLookup, Catalogue
from console.parts.alarm_lines import duration_text, service_of, whole_alarm_line
from console.store.alarm_columns import AlarmColumns
from console.store.alarm_filters import AlarmFilter, Order, Sight
from console.store.alarm_listing import Listing, Wish, listing, strays_of
from console.store.alarm_notes import explained_text
from console.store.wording import alarm_text, guidance_text
from contract.alarm_flood import GroupPage
from contract.alarms import Alarm, ShownState
from widgets.alarm_rows import AlarmRow
from widgets.texts import Texts

SLICE: Final = 2_000  # alarms taken in at one tick: about 10 ms, so that a snapshot of 34,000 stops no hand
_WARMED_AT_ONCE: Final = 1_000
_NAMED_COMMUNES: Final = 2


@dataclass(frozen=True)
class Shown:
    """The list as it stands, and which of its lines are to be worded anew; None: all of them."""

    listing: Listing
    changed: Set[int] | None


class AlarmsPresenter:
    """Takes in what changed, a slice a tick; the list itself is reckoned from columns, never rebuilt line by line."""

    def __init__(
        self, alarms: AlarmBook, assets: AssetLookup, catalogue: Catalogue, tr: Texts, me: Callable[[], str] = str
    ) -> None:
        self._alarms = alarms
        self._assets = assets
        self._catalogue = catalogue
        self._tr = tr
        self._me = me
        self._pending: dict[int, None] = {}
        self._words_changed: set[int] | None = None
        self._departed: dict[int, Alarm] = {}
        self._folded_kinds: dict[tuple[str, str, str], str] = {}
        self._folded_assets: dict[int, str] = {}
        self._now = dt.datetime.fromtimestamp(0, dt.UTC)  # until the first list is asked for
        self.columns = AlarmColumns(self._haystack, lambda alarm: service_of(alarm, assets, catalogue))
        self.wish = Wish()
        self.refill()

    @property
    def has_more(self) -> bool:
        """Whether some of what was told has still to be taken in."""
        return bool(self._pending)

    def warm(self) -> None:
        """Nothing else is to be done: make ready what a search by word looks into."""
        self.columns.warm(_WARMED_AT_ONCE)

    def refill(self) -> None:
        """Everything that stands, anew: words or services of all of them may be others."""
        self._folded_kinds.clear()
        standing = sorted(self._alarms.standing(), key=lambda alarm: alarm.priority)
        self._pending = {alarm.id: None for alarm in standing}
        self._words_changed = None

    def take(self, alarm_ids: Set[int]) -> None:
        """These came, changed or left."""
        self._pending.update(dict.fromkeys(alarm_ids))

    def ask(
        self,
        *,
        sight: Sight | None = None,
        wanted: AlarmFilter | None = None,
        order: Order | None = None,
        is_flood: bool | None = None,
    ) -> None:
        """What the operator wants to see from now on; what is not said stays."""
        wish = self.wish
        self.wish = replace(
            wish,
            sight=wish.sight if sight is None else sight,
            filter=wish.filter if wanted is None else wanted,
            order=wish.order if order is None else order,
            is_flood=wish.is_flood if is_flood is None else is_flood,
        )

    def open(self, card: int, *, is_wanted: bool) -> None:
        """Show what stands behind a card or a group of strays, or no longer."""
        opened = self.wish.opened | {card} if is_wanted else self.wish.opened - {card}
        self.wish = replace(self.wish, opened=frozenset(opened))
        self._word_anew({card})

    def rank(self, page: GroupPage) -> None:
        """The backend told which members were first out."""
        ranks = {member.alarm.id: member.rank for member in page.items if member.rank is not None}
        self.wish = replace(self.wish, ranks={**self.wish.ranks, **ranks})
        self._word_anew(ranks.keys())

    def step(self, now: dt.datetime) -> Shown:
        """Take in the next slice; the list as it should stand then."""
        self._now = now
        taken = [alarm_id for alarm_id, _none in zip(self._pending, range(SLICE), strict=False)]
        for alarm_id in taken:
            del self._pending[alarm_id]
            self._take_one(alarm_id)
        self._word_anew(taken)
        self._word_anew(-number for number in range(1, len(self.columns.groups.texts)))
        changed, self._words_changed = self._words_changed, set()
        return Shown(listing(self.columns, self.wish, me=self._me(), now=now), changed)

    def settled(self) -> None:
        """No line of an alarm that left stands in the list any more."""
        self._departed.clear()

    def line(self, alarm_id: int, depth: int) -> AlarmRow | None:
        """One line in words."""
        if alarm_id < 0:
            return self._group_line(alarm_id)
        alarm = self.columns.get(alarm_id) or self._departed.get(alarm_id)
        if alarm is None:
            return None
        row = whole_alarm_line(alarm, self._assets, self._catalogue, self._tr, self._now)
        rank = self.wish.ranks.get(alarm_id) if depth else None
        what = row.what if rank is None else f"{self._tr('alarms.first_out', rank=rank)} {row.what}"
        return replace(row, what=what, depth=depth, rank=rank, is_open=alarm_id in self.wish.opened)

    def strays(self, group: int) -> Sequence[int]:
        """The alarms of a group of strays."""
        ids: list[int] = strays_of(self.columns, group).tolist()
        return ids

    def listed_alarms(self, ids: Iterable[int]) -> Sequence[Alarm]:
        """The alarms of these lines, those of a group among them, each once."""
        wanted: dict[int, None] = {}
        for each in ids:
            wanted.update(dict.fromkeys(self.strays(each) if each < 0 else (each,)))
        return [alarm for each in wanted if (alarm := self.columns.get(each)) is not None]

    def raised_since(self, since_ms: int) -> Sequence[tuple[int, int, int]]:
        """(minute in ms, priority, count) of the alarms that stand and were raised from then on."""
        columns = self.columns
        rows = np.flatnonzero(columns.live & (columns.raised_ms >= since_ms) & (columns.root_id == 0))
        keys = columns.raised_ms[rows] // 60_000 * 8 + columns.priority[rows]
        found, counts = np.unique(keys, return_counts=True)
        return [(key // 8 * 60_000, key % 8, count) for key, count in zip(found.tolist(), counts.tolist(), strict=True)]

    def empty_text(self, held_back: int) -> str:
        """What an empty list says; `held_back`: how many stand that a flood keeps out of it."""
        if held_back:
            return self._tr("alarms.empty.flood", count=held_back)
        if not self.wish.filter.asks_nothing:
            return self._tr("alarms.empty.filtered")
        return self._tr(f"alarms.empty.{self.wish.sight.value}")

    def alarm(self, alarm_id: int | None) -> Alarm | None:
        """One alarm as it is listed."""
        return None if alarm_id is None else self.columns.get(alarm_id) or self._alarms.get(alarm_id)

    def guidance(self, alarm_id: int) -> str:
        """What to do about an alarm."""
        alarm = self.alarm(alarm_id)
        if alarm is None:
            return ""
        if alarm.is_suppressed and alarm.suppressed_by:
            return explained_text(alarm.suppressed_by, self._catalogue, self._tr)
        guidance = guidance_text(self._catalogue, alarm, self._tr)
        if alarm.shelving_proposed_min and not alarm.is_shelved:
            proposal = self._tr("alarms.chatters", duration=duration_text(alarm.shelving_proposed_min))
            return f"{proposal} {guidance}".strip()
        return guidance

    def can_reset(self, alarm_id: int) -> bool:
        """Whether it is latched, acknowledged, and waits for nothing but a reset."""
        alarm = self.alarm(alarm_id)
        return alarm is not None and alarm.shown is ShownState.LTCH_A

    def is_shelved(self, alarm_id: int) -> bool:
        """Whether it can be taken back."""
        alarm = self.alarm(alarm_id)
        return alarm is not None and alarm.is_shelved

    def _take_one(self, alarm_id: int) -> None:
        alarm = self._alarms.get(alarm_id)
        if alarm is not None:
            self.columns.take(alarm)
            return
        before = self.columns.get(alarm_id)
        if before is not None:
            self._departed[alarm_id] = before
            self.columns.forget(alarm_id)

    def _word_anew(self, alarm_ids: Iterable[int]) -> None:
        if self._words_changed is not None:
            self._words_changed.update(alarm_ids)

    def _haystack(self, alarm: Alarm) -> str:
        """Folded words; those that many alarms share are folded once."""
        kind, asset = (alarm.class_, alarm.kind, alarm.commune), alarm.asset_id
        shared = self._folded_kinds.get(kind)
        if shared is None:
            commune = self._catalogue.communes.get(alarm.commune)
            place = "" if commune is None else commune.name
            shared = self._folded_kinds[kind] = fold(f"{alarm_text(self._catalogue, alarm, self._tr)} {place}")
        own = self._folded_assets.get(asset)
        if own is None:
            own = self._folded_assets[asset] = fold(f"{alarm.asset_name} {alarm.asset_code}")
        return f"{shared} {own} {alarm.assigned_to.casefold()}"

    def _group_line(self, group: int) -> AlarmRow | None:
        columns = self.columns
        inside = strays_of(columns, group)
        first = columns.get(int(inside[0])) if len(inside) else None
        if first is None:
            return None
        rows = columns.rows_of(inside)
        numbers: list[int] = np.unique(columns.commune_no[rows]).tolist()
        codes = [columns.communes.texts[number] for number in numbers]
        known = self._catalogue.communes
        named = [known[code].name if code in known else code for code in codes]
        is_few = len(named) <= _NAMED_COMMUNES
        where = ", ".join(sorted(named)) if is_few else self._tr("alarms.strays_places", count=len(named))
        earliest = dt.datetime.fromtimestamp(int(columns.raised_ms[rows].min()) / 1000, dt.UTC)
        what = alarm_text(self._catalogue, first, self._tr)
        return AlarmRow(
            alarm_id=group,
            asset_id=0,
            priority=first.priority,
            occurrence=0,
            wants_acknowledgement=bool(columns.waits[rows].any()),
            is_active=True,
            is_set_aside=False,
            time=day_and_time(earliest, self._now),
            what=self._tr("alarms.strays", count=len(inside), what=what),
            where=where,
            state=self._tr("alarms.strays_state"),
            behind_count=len(inside),
            is_open=group in self.wish.opened,
        )
