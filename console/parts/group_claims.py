"""Many assets as groups that can be driven together, and one claim for all of a group. No Qt."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import value_text
from console.kit.ports import AssetLookup, Catalogue, Client, StateLookup, Watched
from console.kit.said import said_text
from console.store.wording import class_text
from contract.api import ClaimRequest
from contract.assets import Asset, AssetStatus, PointSpec
from contract.commands import Command, CommandState
from contract.points import Value
from widgets.texts import Texts

MOST_AT_ONCE = 1000
"""The backend takes no more in one claim: all of it is accepted or nothing."""
_NAMED_FAILURES = 5
_ENDED_BADLY = frozenset({CommandState.REJECTED, CommandState.EXPIRED, CommandState.FAILED, CommandState.UNKNOWN})


@dataclass(frozen=True)
class Group:
    """Assets of one class, and a property by which all of them can be driven."""

    spec: PointSpec
    class_: str
    assets: tuple[Asset, ...]


class GroupClaims:
    """Follows the last claim that was placed under each key, such as the cabinet that feeds the group."""

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
        self._commands: dict[str, dict[str, Command]] = {}

    def groups(self, assets: Iterable[Asset]) -> Sequence[Group]:
        """One group for each class that can be driven and each of its properties, the largest class first."""
        by_class: dict[str, list[Asset]] = {}
        for asset in assets:
            if asset.status is AssetStatus.IN_SERVICE and asset.line is None:
                by_class.setdefault(asset.class_, []).append(asset)
        found: list[Group] = []
        for code, members in sorted(by_class.items(), key=lambda item: (-len(item[1]), item[0])):
            class_ = self._catalogue.classes.get(code)
            points = () if class_ is None else class_.points
            found += [Group(point, code, tuple(members)) for point in points if point.is_controllable]
        return found

    def title(self, group: Group) -> str:
        """Its class and property."""
        return f"{class_text(self._catalogue, group.class_, self._tr)} · {self._tr.label(group.spec.label)}"

    def summary(self, group: Group) -> str:
        """How many there are, and how they are."""
        visuals = Counter(self._states.visual_of(asset.id) for asset in group.assets)
        parts = [f"{count} {self._tr(f'visual.{visual.name.lower()}')}" for visual, count in visuals.most_common()]
        kind = class_text(self._catalogue, group.class_, self._tr)
        return self._tr("group.summary", count=str(len(group.assets)), kind=kind, states=", ".join(parts))

    async def place(self, key: str, group: Group, value: Value, reason: str, until: dt.datetime | None) -> Answer:
        """One claim on each; all are accepted or none is."""
        if len(group.assets) > MOST_AT_ONCE:
            words = self._tr("group.too_many", count=str(len(group.assets)), most=str(MOST_AT_ONCE))
            return Answer(words, is_warning=True)
        request = ClaimRequest(
            id=str(uuid.uuid4()),
            asset_ids=tuple(asset.id for asset in group.assets),
            property=group.spec.name,
            value=value,
            reason=reason,
            expires_at=until,
        )
        try:
            outcome = await self._client.place_claim(request)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        self._commands[key] = {command.id: command for command in outcome.commands}
        words = value_text(value, group.spec, self._tr)
        return Answer(self._tr("group.placed", value=words, count=str(len(group.assets))))

    def progress(self, key: str) -> Sequence[str]:
        """How the last claim's commands stand, and which ended badly and why."""
        placed = self._commands.get(key)
        if not placed:
            return ()
        now = [self._watched.command(command_id) or command for command_id, command in placed.items()]
        states = Counter(command.state for command in now)
        lines = [" · ".join(f"{count} {self._tr(f'command.{state.value.lower()}')}" for state, count in states.items())]
        failed = [command for command in now if command.state in _ENDED_BADLY]
        for command in failed[:_NAMED_FAILURES]:
            asset = self._assets.get(command.asset_id)
            state = self._tr(f"command.{command.state.value.lower()}")
            why = said_text(command.detail_code, command.detail_args, command.detail, self._tr)
            lines.append(" · ".join(part for part in (asset.code if asset else "", state, why) if part))
        if len(failed) > _NAMED_FAILURES:
            lines.append(self._tr("group.more", count=str(len(failed) - _NAMED_FAILURES)))
        return lines
