"""Feeders in the sample city, without a wire."""

import datetime as dt

from console.kit.errors import RequestRefused
from contract.assets import FeedKind
from contract.supply import (
    ChangedLink,
    FeedChange,
    FeedChanges,
    FeedRequest,
    FeedSource,
    Learning,
    LearningState,
    LineOutcome,
    LinkProposal,
    ProposalAnswer,
    SupplyImport,
    SupplyLine,
)
from tools.screenshots import sample_city

_HOUR = dt.timedelta(hours=1)


class SampleSupply:
    """console.kit.supply_ports.SupplyCalls; keeps what it was asked."""

    def __init__(self) -> None:
        self.fed: list[FeedRequest] = []
        self.undone: list[str] = []
        self.files: list[tuple[str, bytes, str]] = []
        self.confirmed: list[ProposalAnswer] = []
        self.rejected: list[ProposalAnswer] = []
        self.feed_refusal: RequestRefused | None = None
        self.learned = _learned()
        self._changes = [_change("f1", FeedSource.FILE, "armoires_2026.csv", 38), _change("f2", FeedSource.HAND, "", 1)]

    async def set_feeders(self, request: FeedRequest) -> FeedChange:
        """Done, unless it is to be refused."""
        if self.feed_refusal is not None:
            raise self.feed_refusal
        self.fed.append(request)
        made = _change(f"n{len(self.fed)}", FeedSource.HAND, request.reason, len(request.links))
        self._changes.insert(0, made)
        return made

    async def feed_changes(self) -> FeedChanges:
        """The last changes."""
        return FeedChanges(items=tuple(self._changes))

    async def undo_feed_change(self, change_id: str) -> FeedChange:
        """Done."""
        self.undone.append(change_id)
        return _change("u1", FeedSource.UNDO, "", 1)

    async def import_feeders(self, name: str, content: bytes, *, seal: str = "") -> SupplyImport:
        """A file with an error, unless it says that it is good."""
        self.files.append((name, content, seal))
        wrong = () if b"good" in content else (_WRONG,)
        return SupplyImport(
            file_name=name,
            is_done=bool(seal),
            seal="5ea1",
            line_count=42,
            added_count=1,
            changed_count=1,
            unchanged_count=40 - len(wrong),
            error_count=len(wrong),
            lines=(*wrong, *_LINES),
            change=_change("i1", FeedSource.FILE, name, 2) if seal else None,
        )

    async def learning(self) -> Learning:
        """What was learned."""
        return self.learned

    async def learn_links(self, days: int) -> Learning:
        """Under way."""
        self.learned = Learning(state=LearningState.READING, progress=0.35, days=days)
        return self.learned

    async def stop_learning(self) -> Learning:
        """Stopped."""
        self.learned = Learning(state=LearningState.CANCELLED)
        return self.learned

    async def confirm_links(self, answer: ProposalAnswer) -> FeedChange:
        """Done."""
        self.confirmed.append(answer)
        return _change("c1", FeedSource.LEARNED, answer.reason, len(answer.picks))

    async def reject_links(self, answer: ProposalAnswer) -> Learning:
        """Gone."""
        self.rejected.append(answer)
        self.learned = Learning(state=LearningState.DONE, progress=1.0, days=90, rejected_count=len(answer.picks))
        return self.learned


_WRONG = SupplyLine(
    line=7,
    outcome=LineOutcome.ERROR,
    child="PL-019-99",
    said="there is no PL-019-99: give its code as the register has it",
    said_code="supply_unknown",
    said_args={"asset": "PL-019-99"},
)
_LINES = (
    SupplyLine(
        line=3, outcome=LineOutcome.CHANGED, child="PL-004-12", kind=FeedKind.POWER, before="ARM-004", after="ARM-005"
    ),
    SupplyLine(line=9, outcome=LineOutcome.ADDED, child="CAM-003", kind=FeedKind.NETWORK, after="ARM-002"),
)


def _change(id_: str, source: FeedSource, reason: str, count: int) -> FeedChange:
    link = ChangedLink(
        asset_id=4,
        code="PL-000-01",
        kind=FeedKind.POWER,
        before=2,
        after=45,
        before_code="ARM-000",
        after_code="ARM-001",
    )
    return FeedChange(
        id=id_,
        at=sample_city.NOW - 3 * _HOUR,
        by="c.moreau",
        source=source,
        reason=reason,
        link_count=count,
        links=(link,),
    )


def _learned() -> Learning:
    city = {asset.code: asset for asset in sample_city.assets()}
    found = [
        LinkProposal(
            asset_id=city[f"CAM-{number + 1:03}"].id,
            version=1,
            kind=FeedKind.POWER,
            feeder=city[f"ARM-{number:03}"].id,
            support=support,
            day_count=support,
            confidence=confidence,
            stayed_up=0,
            failed_alone=alone,
            together_at=tuple(sample_city.NOW - dt.timedelta(days=9 * turn + 1, hours=turn) for turn in range(support)),
        )
        for number, support, alone, confidence in ((4, 6, 0, 0.92), (8, 4, 0, 0.89), (12, 3, 1, 0.75))
    ]
    return Learning(
        state=LearningState.DONE,
        progress=1.0,
        days=90,
        failure_count=1843,
        started_at=sample_city.NOW - _HOUR,
        started_by="c.moreau",
        rejected_count=2,
        proposals=tuple(found),
    )
