"""The search for links in a real journal: it proposes, a person decides, and what was rejected stays so."""

from collections.abc import AsyncIterator, Iterable

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Storage, Unit
from backend.services.refusals import SupplyConflict, SupplyRefused
from backend.services.supply.supply import Supply
from backend.storage.memory import MemoryStorage
from contract.assets import Asset, FeedKind
from contract.journal import EntryKind, NewEntry
from contract.rights import Level
from contract.supply import Learning, LearningState, LinkProposal, ProposalPick
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import JoinedServices

CABINET, OTHER, LAMPS = 1, 2, range(10, 16)
STRAY = 10


class LitStreet:
    """Two cabinets, six lamps; the cabinet of the first lamp is not known."""

    def __init__(self, clock: ManualClock, storage: Storage) -> None:
        self.clock, self.storage = clock, storage
        self.joined = JoinedServices(storage, RecordingFeed(), clock)
        self.supply: Supply = self.joined.alarm_services.supply

    async def build(self) -> None:
        """Hang the lamps."""
        cabinets = [_asset(id_, "lighting_cabinet", f"ARM-{id_}") for id_ in (CABINET, OTHER)]
        lamps = [_asset(id_, "streetlight", f"PL-{id_}", None if id_ == STRAY else CABINET) for id_ in LAMPS]
        await self.joined.register.apply([*cabinets, *lamps], "system", note="a street")

    async def outage(self, fed: Iterable[int], cabinet: int = CABINET) -> None:
        """A cabinet loses its supply for ten minutes, and lamps fall silent with it."""
        ill = [(cabinet, "supplyLoss"), *((lamp, "communicationFailure") for lamp in fed)]
        for is_active, pause in ((True, 600), (False, 36_000)):
            await self.storage.commit(Unit(entries=[self._entry(id_, kind, is_active) for id_, kind in ill]))
            self.clock.pass_time(pause)

    def _entry(self, asset_id: int, kind: str, is_active: bool) -> NewEntry:
        payload: dict[str, object] = {"alarm_kind": kind, "is_active": is_active, "at": self.clock.now().isoformat()}
        return NewEntry(kind=EntryKind.ALARM, actor="system", asset_id=asset_id, payload=payload)

    async def search(self, days: int = 90) -> Learning:
        """Search to the end."""
        self.supply.learning.begin(days, by="anne")
        await self.supply.learning.settle()
        return self.supply.learning.told(may=lambda _level, _asset: True)

    def lamp(self) -> Asset:
        """The lamp whose cabinet is not known."""
        found = self.joined.register.get(STRAY)
        assert found is not None
        return found


def _asset(id_: int, class_: str, code: str, feeder: int | None = None) -> Asset:
    return Asset(id=id_, code=code, class_=class_, lon=5.04, lat=47.32, commune="21231", supply_parent=feeder)


def pick(proposal: LinkProposal) -> ProposalPick:
    return ProposalPick(
        asset_id=proposal.asset_id, version=proposal.version, kind=proposal.kind, feeder=proposal.feeder
    )


@pytest.fixture
async def street() -> AsyncIterator[LitStreet]:
    """A street with three outages behind it, on three days."""
    clock = ManualClock()
    made = LitStreet(clock, MemoryStorage(clock))
    await made.build()
    for _ in range(3):
        await made.outage(LAMPS)
        clock.pass_time(86_400)
    yield made
    await made.joined.close()


async def test_it_proposes_with_evidence_and_changes_nothing(street: LitStreet) -> None:
    told = await street.search()
    assert (told.state, told.progress, told.failure_count) == (LearningState.DONE, 1.0, 21)
    (proposal,) = told.proposals
    assert (proposal.asset_id, proposal.feeder, proposal.kind) == (STRAY, CABINET, FeedKind.POWER)
    assert (proposal.support, proposal.stayed_up, proposal.failed_alone) == (3, 0, 0)
    assert len({at.date() for at in proposal.together_at}) == 3
    assert street.lamp().supply_parent is None


async def test_a_person_confirms_and_can_take_it_back(street: LitStreet) -> None:
    (proposal,) = (await street.search()).proposals
    change = await street.supply.learning.confirm([pick(proposal)], by="anne", reason="seen on site")
    assert street.lamp().supply_parent == CABINET
    assert not street.supply.learning.told(may=lambda _l, _a: True).proposals, "what is so is not proposed"
    await street.supply.editor.undo(change.id, by="anne")
    assert street.lamp().supply_parent is None


async def test_what_was_rejected_stays_rejected_after_a_restart(street: LitStreet) -> None:
    (proposal,) = (await street.search()).proposals
    await street.supply.learning.reject([pick(proposal)], by="anne", reason="the plan says another")
    assert not (await street.search()).proposals
    again = LitStreet(street.clock, street.storage)
    await again.joined.register.load()
    await again.supply.load()
    told = await again.search()
    await again.joined.close()
    assert (told.state, told.rejected_count, told.proposals) == (LearningState.DONE, 1, ())


async def test_only_what_was_proposed_as_it_was_proposed_is_confirmed(street: LitStreet) -> None:
    (proposal,) = (await street.search()).proposals
    with pytest.raises(SupplyRefused, match="not proposed any more"):
        await street.supply.learning.confirm(
            [msgspec.structs.replace(pick(proposal), feeder=OTHER)], by="anne", reason=""
        )
    renamed = msgspec.structs.replace(street.lamp(), name="moved")
    await street.joined.register.apply([renamed], "paul", note="renamed")
    with pytest.raises(SupplyConflict, match="changed PL-10 meanwhile"):
        await street.supply.learning.confirm([pick(proposal)], by="anne", reason="")


async def test_who_does_not_manage_both_ends_sees_no_proposal(street: LitStreet) -> None:
    await street.search()
    told = street.supply.learning.told(may=lambda level, asset: level < Level.MANAGE or asset.id != CABINET)
    assert not told.proposals


async def test_what_is_older_than_asked_is_not_looked_at_and_one_search_runs_at_a_time(street: LitStreet) -> None:
    assert not (await street.search(days=2)).proposals
    street.supply.learning.begin(90, by="anne")
    with pytest.raises(SupplyRefused, match="under way"):
        street.supply.learning.begin(90, by="paul")
    street.supply.learning.cancel()
    await street.supply.learning.settle()
    assert street.supply.learning.told(may=lambda _l, _a: True).state is LearningState.CANCELLED
    with pytest.raises(SupplyRefused, match="2 to 366 days"):
        street.supply.learning.begin(100_000, by="anne")


async def test_rows_of_the_journal_that_make_no_sense_do_not_end_the_search(street: LitStreet) -> None:
    bad: list[dict[str, object]] = [
        {},
        {"alarm_kind": 3, "is_active": True},
        {"alarm_kind": "supplyLoss", "is_active": "yes"},
        {"alarm_kind": "supplyLoss", "is_active": True, "at": "yesterday"},
        {"alarm_kind": "supplyLoss", "is_active": False, "at": "2026-01-01T00:00:00"},
    ]
    entries = [NewEntry(kind=EntryKind.ALARM, actor="x", asset_id=id_, payload=one) for one in bad for id_ in (2, 999)]
    await street.storage.commit(Unit(entries=entries))
    assert len((await street.search()).proposals) == 1
