"""What is changed, proposed, imported and undone, in words. No Qt."""

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from console.kit.formats import clock_time, number_text
from console.kit.ports import Catalogue, Client
from console.kit.said import said_text
from console.kit.said_by_devices import told_text
from console.panels.supply.tree_rows import FeedStore
from console.store.feeding import feeder_of
from console.store.wording import class_text
from contract.assets import FeedKind
from contract.supply import (
    FeedChange,
    FeedLink,
    FeedRequest,
    Learning,
    LearningState,
    LineOutcome,
    LinkProposal,
    ProposalAnswer,
    ProposalPick,
    SupplyImport,
    SupplyLine,
)
from widgets.texts import Texts, pair

MOST_CANDIDATES: Final = 8
_MOST_NAMED: Final = 3
_MOST_DATES: Final = 12


class FeedPlan(NamedTuple):
    """A change that waits for a yes."""

    request: FeedRequest
    words: str


class ChangeRow(NamedTuple):
    """One change as a row."""

    id: str
    when: str
    who: str
    what: str
    reason: str
    can_be_undone: bool


class ProposalRow(NamedTuple):
    """One proposal as a row."""

    proposal: LinkProposal
    asset: str
    feeder: str
    sure: str
    together: str
    against: str
    details: str


class SupplyPresenter:
    """Plans, and what became of them."""

    def __init__(self, assets: FeedStore, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    def name(self, asset_id: int | None) -> str:
        """An asset by its code; its number where it is not known here."""
        asset = None if asset_id is None else self._assets.get(asset_id)
        return asset.code if asset is not None else self._tr("supply.nothing") if asset_id is None else str(asset_id)

    def candidates(self, text: str, kind: FeedKind, asset_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
        """Feeders whose words hold those of `text`, for these assets."""
        if not text.strip():
            return ()
        found, _total = self._assets.search(text, None)
        chosen = set(asset_ids)
        able = [one for one in found if one.id not in chosen and self._can_feed(one.id, one.class_, kind)]
        able.sort(key=lambda one: (not one.code.casefold().startswith(text.strip().casefold()), one.code))
        return [
            (one.id, " · ".join(part for part in (one.code, self._class(one.class_), one.street) if part))
            for one in able[:MOST_CANDIDATES]
        ]

    def plan(self, asset_ids: Sequence[int], feeder: int | None, kind: FeedKind) -> FeedPlan | None:
        """What would change; None when nothing would."""
        known = [asset for id_ in asset_ids if (asset := self._assets.get(id_)) is not None]
        moved = [asset for asset in known if feeder_of(asset, kind) != feeder and asset.id != feeder]
        if not moved:
            return None
        links = tuple(FeedLink(asset_id=asset.id, version=asset.version, kind=kind, feeder=feeder) for asset in moved)
        names = ", ".join(asset.code for asset in moved[:_MOST_NAMED])
        if len(moved) > _MOST_NAMED:
            names = self._tr("supply.and_more", names=names, count=len(moved) - _MOST_NAMED)
        before = {feeder_of(asset, kind) for asset in moved}
        key = "supply.plan_off" if feeder is None else f"supply.plan_{kind.value}"
        was = self.name(before.pop()) if len(before) == 1 else self._tr("supply.several")
        return FeedPlan(FeedRequest(links=links), self._tr(key, assets=names, feeder=self.name(feeder), before=was))

    async def carry_out(self, plan: FeedPlan, reason: str) -> FeedChange:
        """Do it. Raises RequestFailed."""
        return await self._client.set_feeders(FeedRequest(links=plan.request.links, reason=reason))

    async def changes(self) -> Sequence[ChangeRow]:
        """The last changes. Raises RequestFailed."""
        return [self._change_row(change) for change in (await self._client.feed_changes()).items]

    async def undo(self, change_id: str) -> None:
        """Take a change back. Raises RequestFailed."""
        await self._client.undo_feed_change(change_id)

    def done_words(self, change: FeedChange) -> str:
        """What was done, and that it can be undone."""
        return self._tr("supply.done", count=change.link_count)

    def import_words(self, report: SupplyImport) -> str:
        """What a file does, in figures."""
        key = "supply.file_wrong" if report.error_count else "supply.file_right"
        if not report.error_count and not (report.added_count or report.changed_count):
            key = "supply.file_same"
        return self._tr(
            key,
            file=report.file_name,
            lines=self._number(report.line_count),
            added=self._number(report.added_count),
            changed=self._number(report.changed_count),
            unchanged=self._number(report.unchanged_count),
            errors=self._number(report.error_count),
        )

    def import_row(self, line: SupplyLine) -> tuple[str, str, str, str, str]:
        """One line of a file: number, asset, kind, what it does, from what to what or why not."""
        tr = self._tr
        if line.outcome is LineOutcome.ERROR:
            change = said_text(line.said_code, line.said_args, line.said, tr)
        else:
            nothing = tr("supply.nothing")
            change = f"{line.before or nothing} \N{RIGHTWARDS ARROW} {line.after or nothing}"
        kind = "" if line.kind is None else tr(f"supply.kind.{line.kind.value}")
        return str(line.line), line.child, kind, tr(f"supply.outcome.{line.outcome.value}"), change

    def learning_words(self, learning: Learning) -> str:
        """How far the search is."""
        return self._tr(
            f"supply.learning.{learning.state.value}",
            days=learning.days,
            failures=self._number(learning.failure_count),
            found=self._number(len(learning.proposals)),
            rejected=self._number(learning.rejected_count),
            detail=told_text(learning.detail, self._tr),
        )

    def proposal_row(self, proposal: LinkProposal) -> ProposalRow:
        """One proposal with its evidence."""
        tr = self._tr
        details = [
            tr("supply.together_at", dates=_dates(proposal.together_at)),
            tr("supply.failed_alone", count=proposal.failed_alone),
        ]
        if proposal.stayed_up:
            details.append(tr("supply.stayed_up", count=proposal.stayed_up, dates=_dates(proposal.stayed_up_at)))
        return ProposalRow(
            proposal=proposal,
            asset=self.name(proposal.asset_id),
            feeder=f"{self.name(proposal.feeder)} · {tr(f'supply.kind.{proposal.kind.value}')}",
            sure=f"{round(proposal.confidence * 100)} %",
            together=tr("supply.together", times=proposal.support, days=proposal.day_count),
            against=str(proposal.stayed_up + proposal.failed_alone),
            details="\n".join(details),
        )

    @staticmethod
    def answer(proposals: Sequence[LinkProposal], reason: str) -> ProposalAnswer:
        """What a person says to these."""
        picks = tuple(
            ProposalPick(asset_id=one.asset_id, version=one.version, kind=one.kind, feeder=one.feeder)
            for one in proposals
        )
        return ProposalAnswer(picks=picks, reason=reason)

    @staticmethod
    def is_running(learning: Learning) -> bool:
        """Whether a search is under way."""
        return learning.state in {LearningState.READING, LearningState.COMPARING}

    def _change_row(self, change: FeedChange) -> ChangeRow:
        tr = self._tr
        first = change.links[0]
        nothing = tr("supply.nothing")
        what = pair(
            first.code, f"{first.before_code or nothing} \N{RIGHTWARDS ARROW} {first.after_code or nothing}", tr
        )
        if change.link_count > 1:
            what = tr("supply.and_more", names=what, count=change.link_count - 1)
        state = tr(f"supply.source.{change.source.value}")
        if change.undone_by:
            state = tr("supply.was_undone", source=state)
        return ChangeRow(
            id=change.id,
            when=_date(change.at),
            who=change.by,
            what=what,
            reason=" · ".join(part for part in (state, change.reason) if part),
            can_be_undone=not change.undone_by,
        )

    def _can_feed(self, asset_id: int, class_: str, kind: FeedKind) -> bool:
        known = self._catalogue.classes.get(class_)
        if known is None or known.is_line or known.is_mobile:
            return False
        return known.feeds or (
            kind is FeedKind.NETWORK and (not known.hangs_on or bool(self._assets.fed(asset_id, kind)))
        )

    def _class(self, code: str) -> str:
        return class_text(self._catalogue, code, self._tr)

    def _number(self, value: int) -> str:
        return number_text(value, self._tr.language)


def _dates(moments: Sequence[dt.datetime]) -> str:
    return ", ".join(_date(moment) for moment in sorted(moments, reverse=True)[:_MOST_DATES])


def _date(moment: dt.datetime) -> str:
    return f"{moment.astimezone():%d/%m/%Y} {clock_time(moment)}"
