"""Points, claims and commands of the assets somebody looks at, told once a tick."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from contract.claims import Claim
from contract.commands import Command, CommandState
from contract.points import PointValue
from contract.stream import ClaimsBody, PointRow, PointsBody, WatchedClaims, WatchedPoints

_KEPT_COMMANDS = 2000
MOST_WATCHED = 500  # the backend passes over what goes beyond
SELECTION = "selection"
_UNDER_WAY = frozenset({CommandState.REQUESTED, CommandState.AUTHORISED, CommandState.SENT})


class WatchStore(QObject):
    """What is known in depth of the watched assets; others are not kept."""

    changed_since_tick = Signal()
    wanted_changed = Signal(object)  # tuple of asset ids: what the backend is to be asked for
    command_changed = Signal(object)  # Command, at once: the operator waits for it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched: frozenset[int] = frozenset()
        self._wanted: dict[str, tuple[int, ...]] = {SELECTION: ()}
        self._under_way: dict[str, int] = {}  # asset by command
        self._points: dict[int, dict[str, PointValue]] = {}
        self._claims: dict[int, dict[str, Claim]] = {}
        self._commands: dict[str, Command] = {}
        self._is_dirty = False

    def want(self, owner: str, asset_ids: tuple[int, ...]) -> None:
        """What `owner` looks at now; the selection comes first where there is not room for all."""
        if self._wanted.get(owner, ()) == asset_ids:
            return
        self._wanted[owner] = asset_ids
        if not asset_ids and owner != SELECTION:
            del self._wanted[owner]
        wanted = tuple(dict.fromkeys(itertools.chain.from_iterable(self._wanted.values())))[:MOST_WATCHED]
        self.watch(wanted)
        self.wanted_changed.emit(wanted)

    def forget(self) -> None:
        """Another person looks from now on: the stream tells him what he may know."""
        self._points, self._claims, self._commands, self._under_way = {}, {}, {}, {}
        self._is_dirty = True

    @property
    def pending_ids(self) -> frozenset[int]:
        """Assets that were told something and have not answered yet."""
        return frozenset(self._under_way.values())

    def watch(self, asset_ids: tuple[int, ...]) -> None:
        """Keep these and forget the others."""
        self._watched = frozenset(asset_ids)
        for kept in (self._points, self._claims):
            for asset_id in set(kept) - self._watched:
                del kept[asset_id]
        self._is_dirty = True

    def points(self, asset_id: int) -> Mapping[str, PointValue]:
        """Its points by name."""
        return self._points.get(asset_id, {})

    def claims(self, asset_id: int) -> Sequence[Claim]:
        """Its claims, winner of each property first."""
        return sorted(
            self._claims.get(asset_id, {}).values(),
            key=lambda claim: (claim.property, -int(claim.rank), -claim.placed_at.timestamp()),
        )

    def commands(self, asset_id: int) -> Sequence[Command]:
        """Its commands, newest first."""
        mine = [command for command in self._commands.values() if command.asset_id == asset_id]
        return sorted(mine, key=lambda command: command.requested_at, reverse=True)

    def command(self, command_id: str) -> Command | None:
        """One command, of a watched asset or given here."""
        return self._commands.get(command_id)

    def take_points(self, message: WatchedPoints) -> None:
        """All points of one watched asset."""
        if message.asset_id in self._watched:
            self._points[message.asset_id] = dict(message.points)
            self._is_dirty = True

    def take_claims(self, message: WatchedClaims) -> None:
        """All claims on one watched asset."""
        if message.asset_id in self._watched:
            self._claims[message.asset_id] = {claim.id: claim for claim in message.claims}
            self._is_dirty = True

    def take_point_rows(self, body: PointsBody) -> None:
        """Changes of points, of which only the watched matter."""
        for row in body.rows:
            if row.asset_id in self._watched:
                self._points.setdefault(row.asset_id, {})[row.point] = _point_of(row)
                self._is_dirty = True

    def take_claim_changes(self, body: ClaimsBody) -> None:
        """Claims placed, changed and gone."""
        for claim in body.claims:
            if claim.asset_id in self._watched:
                self._claims.setdefault(claim.asset_id, {})[claim.id] = claim
                self._is_dirty = True
        for claim_id in body.released:
            for claims in self._claims.values():
                if claims.pop(claim_id, None) is not None:
                    self._is_dirty = True

    def take_command(self, command: Command) -> None:
        """A command's newest state; an older one never covers a newer one."""
        known = self._commands.get(command.id)
        if known is not None and known.changed_at > command.changed_at:
            return
        self._commands[command.id] = command
        if _is_under_way(command):
            self._under_way[command.id] = command.asset_id
        else:
            self._under_way.pop(command.id, None)
        while len(self._commands) > _KEPT_COMMANDS:
            oldest = next(iter(self._commands))
            del self._commands[oldest]
            self._under_way.pop(oldest, None)
        self._is_dirty = True
        self.command_changed.emit(command)

    def flush(self) -> None:
        """Tell that something changed, once."""
        if self._is_dirty:
            self._is_dirty = False
            self.changed_since_tick.emit()


def _is_under_way(command: Command) -> bool:
    # A property that was set is waited for until the device itself reports it; a momentary act ends with the answer.
    is_waited_for = command.action == "set" and command.state is CommandState.DEVICE_ACK
    return command.state in _UNDER_WAY or is_waited_for


def _point_of(row: PointRow) -> PointValue:
    return PointValue(row.value, row.quality, _time(row.device_ms), _time(row.received_ms))


def _time(milliseconds: int | None) -> dt.datetime | None:
    if milliseconds is None:
        return None
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)
