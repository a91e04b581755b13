"""Two persons, exactly what they agreed on, exactly once."""

import asyncio

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery
from backend.services.approvals import ApprovalRefused, Approvals
from backend.storage.memory import MemoryStorage
from contract.api import Approval, ApprovalRequest
from contract.rights import User

PEOPLE = {
    name: User(name=name, person=person, display_name=name, role="operator", grants=())
    for name, person in {"anne": "Anne", "anne2": " ANNE", "paul": "Paul", "claire": "Claire"}.items()
}
PAYLOAD: dict[str, object] = {"bollard": 7, "level": {"b": 1, "a": [1, 2]}}


def ask(payload: dict[str, object] | None = None) -> ApprovalRequest:
    """A request to lower a bollard."""
    return ApprovalRequest(act="lower_bollard", payload=PAYLOAD if payload is None else payload, reason="fire engine")


class Desk:
    """Approvals over the four accounts of three persons."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.storage = MemoryStorage(self.clock)
        self.approvals = Approvals(self.storage, self.clock, PEOPLE.get)

    async def refusal(self, what: str, approval_id: str, by: str, payload: dict[str, object] | None = None) -> str:
        """Why an act on an approval is refused."""
        if what == "approve":
            attempt = self.approvals.approve(approval_id, by=PEOPLE[by])
        else:
            wanted = PAYLOAD if payload is None else payload
            attempt = self.approvals.use(approval_id, "lower_bollard", wanted, by=PEOPLE[by])
        with pytest.raises(ApprovalRefused) as caught:
            await attempt
        return caught.value.reason


async def test_the_first_asks_the_second_agrees_the_first_acts_once() -> None:
    desk = Desk()
    approval = await desk.approvals.request(ask(), by=PEOPLE["anne"])
    assert await desk.refusal("use", approval.id, "anne") == "not_approved"
    assert await desk.refusal("approve", approval.id, "anne") == "same_person"
    assert await desk.refusal("approve", approval.id, "anne2") == "same_person"
    await desk.approvals.approve(approval.id, by=PEOPLE["paul"])
    assert await desk.refusal("approve", approval.id, "claire") == "already_approved"
    assert await desk.refusal("use", approval.id, "paul") == "not_yours"
    assert await desk.refusal("use", approval.id, "anne", {**PAYLOAD, "bollard": 8}) == "other_act"
    reordered: dict[str, object] = {"level": {"a": [1, 2], "b": 1}, "bollard": 7}
    await desk.approvals.use(approval.id, "lower_bollard", reordered, by=PEOPLE["anne"])
    assert await desk.refusal("use", approval.id, "anne") == "used"
    assert await desk.refusal("use", "unheard of", "anne") == "unknown"
    events = [entry.payload["event"] for entry in await desk.storage.journal(JournalQuery())]
    assert events == ["used", "approved", "requested"]


async def test_after_five_minutes_it_is_over() -> None:
    desk = Desk()
    approval = await desk.approvals.request(ask(), by=PEOPLE["anne"])
    await desk.approvals.approve(approval.id, by=PEOPLE["paul"])
    desk.clock.pass_time(300)
    assert await desk.refusal("use", approval.id, "anne") == "expired"
    assert not desk.approvals.waiting()


async def test_it_survives_a_restart() -> None:
    desk = Desk()
    approval = await desk.approvals.request(ask(), by=PEOPLE["anne"])
    await desk.approvals.approve(approval.id, by=PEOPLE["paul"])
    desk.approvals = Approvals(desk.storage, desk.clock, PEOPLE.get)
    await desk.approvals.open()
    await desk.approvals.use(approval.id, "lower_bollard", PAYLOAD, by=PEOPLE["anne"])


async def test_of_many_at_once_one_succeeds() -> None:
    desk = Desk()
    approval = await desk.approvals.request(ask(), by=PEOPLE["anne"])
    both = [desk.approvals.approve(approval.id, by=PEOPLE[name]) for name in ("paul", "claire")]
    assert _succeeded(await asyncio.gather(*both, return_exceptions=True)) == 1
    uses = [desk.approvals.use(approval.id, "lower_bollard", PAYLOAD, by=PEOPLE["anne"]) for _ in range(5)]
    assert _succeeded(await asyncio.gather(*uses, return_exceptions=True)) == 1


async def test_somebody_cannot_fill_the_desk_with_requests() -> None:
    desk = Desk()
    for _ in range(20):
        await desk.approvals.request(ask(), by=PEOPLE["anne"])
    with pytest.raises(ApprovalRefused, match="Too many"):
        await desk.approvals.request(ask(), by=PEOPLE["anne"])
    await desk.approvals.request(ask(), by=PEOPLE["paul"])


class TwoPersons(RuleBasedStateMachine):
    """Whatever is tried: no act without two persons, none twice, none other than agreed, none late."""

    @initialize()
    def begin(self) -> None:
        """A fresh desk."""
        self.desk = Desk()
        self.asked: list[tuple[Approval, int]] = []
        self.approvers: dict[str, str] = {}
        self.done: list[str] = []

    @rule(name=st.sampled_from(sorted(PEOPLE)), number=st.integers(0, 2))
    def request(self, name: str, number: int) -> None:
        """Somebody asks."""
        if len(self.asked) < 10:
            approval = asyncio.run(self.desk.approvals.request(ask({"n": number}), by=PEOPLE[name]))
            self.asked.append((approval, number))

    @rule(name=st.sampled_from(sorted(PEOPLE)), which=st.integers(0, 9))
    def approve(self, name: str, which: int) -> None:
        """Somebody agrees."""
        if which < len(self.asked):
            approval = self.asked[which][0]
            try:
                asyncio.run(self.desk.approvals.approve(approval.id, by=PEOPLE[name]))
            except ApprovalRefused:
                return
            assert approval.id not in self.approvers
            self.approvers[approval.id] = name

    @rule(name=st.sampled_from(sorted(PEOPLE)), which=st.integers(0, 9), number=st.integers(0, 2))
    def use(self, name: str, which: int, number: int) -> None:
        """Somebody acts."""
        if which < len(self.asked):
            approval, agreed = self.asked[which]
            try:
                asyncio.run(self.desk.approvals.use(approval.id, "lower_bollard", {"n": number}, by=PEOPLE[name]))
            except ApprovalRefused:
                return
            assert number == agreed
            assert name == approval.requester
            assert self.desk.clock.now() < approval.expires_at
            self.done.append(approval.id)

    @rule(seconds=st.sampled_from([1, 100, 299, 301]))
    def pass_time(self, seconds: int) -> None:
        """Time passes."""
        self.desk.clock.pass_time(seconds)

    @invariant()
    def each_act_had_two_persons_and_happened_once(self) -> None:
        """What must always hold."""
        if not hasattr(self, "done"):
            return
        assert len(self.done) == len(set(self.done))
        requesters = {approval.id: approval.requester for approval, _ in self.asked}
        for approval_id in self.done:
            pair = (requesters[approval_id], self.approvers[approval_id])
            assert len({PEOPLE[name].person.strip().casefold() for name in pair}) == 2


TestTwoPersons = TwoPersons.TestCase
TestTwoPersons.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def _succeeded(results: list[Approval | BaseException]) -> int:
    assert all(isinstance(item, (msgspec.Struct, ApprovalRefused)) for item in results)
    return sum(isinstance(item, Approval) for item in results)


async def test_a_machine_agrees_to_nothing_and_stands_in_nobodys_way() -> None:
    """Who makes a key would agree with himself; and an agreement of a machine would leave no place for a person's."""
    desk = Desk()
    machine = User(name="key:1", person="machine pump", display_name="pump", role="machine", grants=())
    approval = await desk.approvals.request(ask(), by=PEOPLE["anne"])
    with pytest.raises(ApprovalRefused) as refused:
        await desk.approvals.approve(approval.id, by=machine)
    assert refused.value.reason == "same_person"
    await desk.approvals.approve(approval.id, by=PEOPLE["paul"])
    await desk.approvals.use(approval.id, "lower_bollard", PAYLOAD, by=PEOPLE["anne"])
