"""The search for links in the journal, and what people answered to its proposals."""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.domain.alarms.links_learning import Failure, Proposal, Wish, propose
from backend.domain.alarms.supply import SUPPLY_LOSS
from backend.ports import JournalQuery, KeptRecord, Storage, StorageError, Unit
from backend.services.refusals import SupplyRefused
from backend.services.register import Register
from backend.services.said import say
from backend.services.supply.editing import LONGEST_REASON, Change, FeedEditor, Link
from backend.services.supply.tree import SupplyTree
from contract.alarm_flood import SUPPLIED_LOST
from contract.assets import AlarmWhen, Asset, FeedKind
from contract.journal import EntryKind, JournalEntry, NewEntry
from contract.rights import Level
from contract.supply import FeedLink, FeedSource, Learning, LearningState, LinkProposal, ProposalPick

log = logging.getLogger(__name__)
May = Callable[[Level, Asset], bool]
REJECTED: Final = "rejected_link"
LONGEST_DAYS: Final = 366
SHORTEST_DAYS: Final = 2
MOST_TOLD: Final = 1000
_A_PAGE: Final = 1000
_MOST_DATES: Final = 20
_READING_SHARE: Final = 0.7  # of the progress that is shown
_RUNNING: Final = frozenset({LearningState.READING, LearningState.COMPARING})


class _Stopped(Exception):
    """Somebody cancelled."""


class LinkLearning:
    """One search at a time. It changes nothing: only `confirm` does, for the one who confirms."""

    def __init__(
        self, storage: Storage, register: Register, tree: SupplyTree, editor: FeedEditor, clock: Clock
    ) -> None:
        self._storage = storage
        self._register = register
        self._tree = tree
        self._editor = editor
        self._clock = clock
        self._tasks = Tasks("link learning")
        self._threads = Threads("link learning")
        self._now = Learning(state=LearningState.IDLE)
        self._found: dict[tuple[int, FeedKind], Proposal] = {}
        self._rejected: set[str] = set()
        self._is_stopped = False

    async def load(self) -> None:
        """What was rejected stays so."""
        self._rejected = set(await self._storage.records(REJECTED))

    async def close(self) -> None:
        """Search no more."""
        self._is_stopped = True
        await self._tasks.close()
        self._threads.close()

    async def settle(self) -> None:
        """Wait until the search has ended."""
        await self._tasks.settle()

    def begin(self, days: int, *, by: str) -> None:
        """Search the last days of the journal. Raises SupplyRefused."""
        if self._now.state in _RUNNING:
            raise SupplyRefused(say("learning_runs"))
        if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
            raise SupplyRefused(say("learning_days", days=LONGEST_DAYS))
        self._is_stopped = False
        self._found = {}
        self._now = Learning(state=LearningState.READING, days=days, started_at=self._clock.now(), started_by=by)
        self._tasks.start(self._search(days), name="search")

    def cancel(self) -> None:
        """Search no further; a search that has ended is left as it is."""
        self._is_stopped = True

    def told(self, *, may: May) -> Learning:
        """How far the search is, and the proposals on which the asker may decide."""
        proposals: list[LinkProposal] = []
        for proposal in self._found.values():
            child, feeder = self._register.get(proposal.wish.asset_id), self._register.get(proposal.feeder)
            if child is None or feeder is None or not self._stands(proposal):
                continue
            if may(Level.MANAGE, child) and may(Level.MANAGE, feeder):
                proposals.append(_told(proposal, child))
        return msgspec.structs.replace(
            self._now, proposals=tuple(proposals[:MOST_TOLD]), rejected_count=len(self._rejected)
        )

    async def confirm(self, picks: Sequence[ProposalPick], *, by: str, reason: str) -> Change:
        """Hang these assets on what was proposed, together. Raises SupplyRefused, SupplyConflict."""
        self._check(picks)
        links = [
            FeedLink(asset_id=one.asset_id, version=one.version, kind=one.kind, feeder=one.feeder) for one in picks
        ]
        return await self._editor.set_feeders(links, by=by, reason=reason, source=FeedSource.LEARNED)

    async def reject(self, picks: Sequence[ProposalPick], *, by: str, reason: str) -> None:
        """Never propose these again. Raises SupplyRefused."""
        if len(reason) > LONGEST_REASON:
            raise SupplyRefused(say("supply_reason", count=LONGEST_REASON))
        self._check(picks)
        records, entries = list[KeptRecord](), list[NewEntry]()
        for pick in picks:
            codes = {"code": self._editor.code_of(pick.asset_id), "feeder": self._editor.code_of(pick.feeder)}
            key = _key(pick.asset_id, pick.kind, pick.feeder)
            records.append(KeptRecord(REJECTED, key, msgspec.json.encode({"by": by, "reason": reason})))
            payload: dict[str, object] = {"note": f"supply: proposal rejected ({codes['feeder']})", **codes}
            payload |= {"kind": pick.kind.value, "reason": reason}
            entries.append(NewEntry(kind=EntryKind.ASSET, actor=by, asset_id=pick.asset_id, payload=payload))
        await self._storage.commit(Unit(entries=entries, records=records))
        self._rejected.update(record.key for record in records)

    def _check(self, picks: Sequence[ProposalPick]) -> None:
        if not picks:
            raise SupplyRefused(say("learning_gone"))
        for pick in picks:
            found = self._found.get((pick.asset_id, pick.kind))
            if found is None or found.feeder != pick.feeder or not self._stands(found):
                raise SupplyRefused(say("learning_gone"))

    def _stands(self, proposal: Proposal) -> bool:
        asset_id, kind = proposal.wish
        return _key(asset_id, kind, proposal.feeder) not in self._rejected and not self._tree.has_feeder(asset_id, kind)

    async def _search(self, days: int) -> None:
        try:
            failures = await self._failures(days)
            self._say(state=LearningState.COMPARING, progress=_READING_SHARE, failure_count=len(failures))
            found = await self._compare(failures)
        except _Stopped:
            self._say(state=LearningState.CANCELLED)
        except StorageError as error:
            log.warning("the search for links ended: the journal cannot be read: %s", error)
            self._say(state=LearningState.FAILED, detail=str(error))
        else:
            self._found = {(one.wish.asset_id, one.wish.kind): one for one in found}
            self._say(state=LearningState.DONE, progress=1.0)

    async def _failures(self, days: int) -> Sequence[Failure]:
        now = self._clock.now()
        since = now - dt.timedelta(days=days)
        reader = _JournalReader(self._register)
        after = 0
        while True:
            page = await self._storage.journal(
                JournalQuery(since=since, kinds=(EntryKind.ALARM,), after=after, limit=_A_PAGE)
            )
            if self._is_stopped:
                raise _Stopped
            for entry in page:
                reader.take(entry)
            if len(page) < _A_PAGE:
                return reader.failures()
            after = page[-1].seq
            share = (page[-1].at - since) / (now - since)
            self._say(progress=max(0.0, min(share, 1.0)) * _READING_SHARE)

    async def _compare(self, failures: Sequence[Failure]) -> Sequence[Proposal]:
        wishes = [
            Wish(asset.id, kind)
            for kind in FeedKind
            for asset in self._tree.without_feeder(None, kind, may_see=lambda _: True)
        ]
        feeders = self._feeders()
        parents: Mapping[FeedKind, dict[int, int]] = {
            kind: {
                one.asset_id: above
                for one in failures
                if (above := self._register.fed_by(one.asset_id, kind)) is not None
            }
            for kind in FeedKind
        }
        rejected = frozenset(self._rejected)

        def stop_or_go_on(done: int, total: int) -> None:
            if self._is_stopped:
                raise _Stopped
            self._say(progress=_READING_SHARE + (1 - _READING_SHARE) * done / max(total, 1))

        found = await self._threads.run(
            lambda: propose(
                failures,
                wishes,
                feeders,
                fed_by=lambda asset_id, kind: parents[kind].get(asset_id),
                is_barred=lambda wish, feeder: _key(*wish, feeder) in rejected,
                step_done=stop_or_go_on,
            )
        )
        return [one for one in found if self._editor.why_not([Link(*one.wish, None, one.feeder)]) is None]

    def _feeders(self) -> Collection[int]:
        classes = self._register.classes
        return {
            asset.id
            for asset in self._register.all()
            if classes[asset.class_].feeds or self._register.network_children(asset.id)
        }

    def _say(self, **news: object) -> None:
        self._now = msgspec.structs.replace(self._now, **news)


class _JournalReader:
    """Alarm transitions as failures: lost supply, lost communication."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._natures: dict[tuple[str, str], FeedKind | None] = {}
        for class_ in register.classes.values():
            for rule in (*class_.alarms, *(rule for point in class_.points for rule in point.alarms)):
                if rule.kind == SUPPLY_LOSS:
                    self._natures[class_.code, rule.kind] = FeedKind.POWER
                elif rule.when is AlarmWhen.COMMUNICATION_LOST:
                    self._natures[class_.code, rule.kind] = FeedKind.NETWORK
            self._natures[class_.code, SUPPLIED_LOST] = None
        self._open: dict[tuple[int, str], float] = {}
        self._ended: list[Failure] = []

    def take(self, entry: JournalEntry) -> None:
        """One more entry, in order."""
        payload, asset_id = entry.payload, entry.asset_id
        asset = None if asset_id is None else self._register.get(asset_id)
        kind, is_active = payload.get("alarm_kind"), payload.get("is_active")
        if asset is None or not isinstance(kind, str) or not isinstance(is_active, bool):
            return
        if (asset.class_, kind) not in self._natures:
            return
        key, at = (asset.id, kind), _moment(payload.get("at"), entry.at)
        if is_active:
            self._open.setdefault(key, at)
        elif (start := self._open.pop(key, None)) is not None:
            self._ended.append(Failure(asset.id, start, max(start, at), self._natures[asset.class_, kind]))

    def failures(self) -> Sequence[Failure]:
        """All, those that last too."""
        lasting = [
            Failure(asset_id, start, None, self._nature(asset_id, kind))
            for (asset_id, kind), start in self._open.items()
        ]
        return [*self._ended, *lasting]

    def _nature(self, asset_id: int, kind: str) -> FeedKind | None:
        asset = self._register.get(asset_id)
        return None if asset is None else self._natures.get((asset.class_, kind))


def _told(proposal: Proposal, child: Asset) -> LinkProposal:
    return LinkProposal(
        asset_id=child.id,
        version=child.version,
        kind=proposal.wish.kind,
        feeder=proposal.feeder,
        support=proposal.support,
        day_count=proposal.day_count,
        confidence=proposal.confidence,
        stayed_up=len(proposal.stayed_up),
        failed_alone=proposal.failed_alone,
        together_at=_dates(proposal.together),
        stayed_up_at=_dates(proposal.stayed_up),
    )


def _dates(moments: Sequence[float]) -> tuple[dt.datetime, ...]:
    return tuple(dt.datetime.fromtimestamp(moment, dt.UTC) for moment in sorted(moments)[-_MOST_DATES:])


def _moment(text: object, otherwise: dt.datetime) -> float:
    try:
        found = dt.datetime.fromisoformat(text) if isinstance(text, str) else otherwise
    except ValueError:
        found = otherwise
    return (found if found.tzinfo is not None else otherwise).timestamp()


def _key(asset_id: int, kind: FeedKind, feeder: int) -> str:
    return f"{asset_id}:{kind.value}:{feeder}"
