"""What an asset feeds, as one group: how it is, and one claim for all of it. No Qt."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import value_text
from console.kit.ports import AssetLookup, Catalogue, Client, StateLookup, Watched
from console.kit.said import said_text
from console.panels.card.presenter import Answer
from console.store.wording import class_text
from contract.api import ClaimRequest
from contract.assets import Asset, AssetStatus, PointSpec
from contract.commands import Command, CommandState
from contract.points import Value
from widgets.texts import Texts

MOST_AT_ONCE = 1000
_NAMED_FAILURES = 5
_ENDED_BADLY = frozenset({CommandState.REJECTED, CommandState.EXPIRED, CommandState.FAILED, CommandState.UNKNOWN})


@dataclass(frozen=True)
class FedGroup:
    """Assets of one class on the same supply, and the property by which all can be driven."""

    spec: PointSpec
    class_: str
    assets: tuple[Asset, ...]


class SuppliedPresenter:
    """Follows the last claim that was placed on a group."""

    def __init__(
        self,
        assets: AssetLookup,
        states: StateLookup,
        watched: Watched,
        catalogue: Catalogue,
        client: Client,
        tr: Texts,
    ) -> None:
        self._assets = assets
        self._states = states
        self._watched = watched
        self._catalogue = catalogue
        self._client = client
        self._tr = tr
        self._commands: dict[int, dict[str, Command]] = {}

    def group(self, asset: Asset) -> FedGroup | None:
        """The largest class it feeds that can be driven; None when there is none."""
        by_class: dict[str, list[Asset]] = {}
        for fed in self._assets.supplied_by(asset.id):
            if fed.status is AssetStatus.IN_SERVICE:
                by_class.setdefault(fed.class_, []).append(fed)
        for code, fed_assets in sorted(by_class.items(), key=lambda item: -len(item[1])):
            class_ = self._catalogue.classes.get(code)
            spec = None if class_ is None else next((point for point in class_.points if point.is_controllable), None)
            if spec is not None:
                return FedGroup(spec, code, tuple(fed_assets[:MOST_AT_ONCE]))
        return None

    def summary(self, group: FedGroup) -> str:
        """How many there are, and how they are."""
        visuals = Counter(self._states.visual_of(asset.id) for asset in group.assets)
        parts = [f"{count} {self._tr(f'visual.{visual.name.lower()}')}" for visual, count in visuals.most_common()]
        kind = class_text(self._catalogue, group.class_, self._tr)
        return self._tr("supplied.summary", count=str(len(group.assets)), kind=kind, states=", ".join(parts))

    async def place(
        self, asset: Asset, group: FedGroup, value: Value, reason: str, until: dt.datetime | None
    ) -> Answer:
        """One claim on each; all are accepted or none is."""
        request = ClaimRequest(
            id=str(uuid.uuid4()),
            asset_ids=tuple(fed.id for fed in group.assets),
            property=group.spec.name,
            value=value,
            reason=reason,
            expires_at=until,
        )
        try:
            outcome = await self._client.place_claim(request)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        self._commands[asset.id] = {command.id: command for command in outcome.commands}
        words = value_text(value, group.spec, self._tr)
        return Answer(self._tr("supplied.placed", value=words, count=str(len(group.assets))))

    def _why(self, command: Command) -> str:
        return said_text(command.detail_code, command.detail_args, command.detail, self._tr)

    def progress(self, asset: Asset) -> Sequence[str]:
        """How the last claim's commands stand, and which ended badly and why."""
        placed = self._commands.get(asset.id)
        if not placed:
            return ()
        now = [self._watched.command(command_id) or command for command_id, command in placed.items()]
        states = Counter(command.state for command in now)
        lines = [" · ".join(f"{count} {self._tr(f'command.{state.value.lower()}')}" for state, count in states.items())]
        failed = [command for command in now if command.state in _ENDED_BADLY]
        for command in failed[:_NAMED_FAILURES]:
            fed = self._assets.get(command.asset_id)
            state = self._tr(f"command.{command.state.value.lower()}")
            lines.append(" · ".join(part for part in (fed.code if fed else "", state, self._why(command)) if part))
        if len(failed) > _NAMED_FAILURES:
            lines.append(self._tr("supplied.more", count=str(len(failed) - _NAMED_FAILURES)))
        return lines
