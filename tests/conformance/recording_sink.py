"""A sink that keeps what an adapter reports."""

from collections.abc import Sequence

from backend.devkit.adapter import Outcome
from contract.claims import Claim
from contract.devices import LinkState
from contract.points import Reading, Value


class RecordingSink:
    """Everything reported, in order."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.messages: list[int] = []
        self.unreachable: dict[int, str] = {}
        self.states: list[tuple[LinkState, str]] = []
        self.claims: dict[int, Sequence[Claim]] = {}
        self.told: list[tuple[str, Outcome]] = []
        self.late: list[tuple[str, Outcome]] = []
        self.is_kept = True

    def report(self, readings: Sequence[Reading]) -> None:
        self.messages.append(len(readings))
        self.readings.extend(readings)

    def assets_unreachable(self, asset_ids: Sequence[int], reason: str) -> None:
        self.unreachable.update(dict.fromkeys(asset_ids, reason))

    def assets_reachable(self, asset_ids: Sequence[int]) -> None:
        for asset in asset_ids:
            self.unreachable.pop(asset, None)

    def link_changed(self, state: LinkState, reason: str = "") -> None:
        self.states.append((state, reason))

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        self.claims[asset_id] = claims

    def outcomes_known(self, command_id: str, outcomes: Sequence[Outcome]) -> None:
        self.told.extend((command_id, outcome) for outcome in outcomes)

    def late_outcome(self, command_id: str, outcome: Outcome) -> None:
        self.late.append((command_id, outcome))

    async def kept(self) -> bool:
        return self.is_kept

    @property
    def state(self) -> LinkState | None:
        return self.states[-1][0] if self.states else None

    def last(self, asset: int, point: str) -> Reading | None:
        return next((r for r in reversed(self.readings) if (r.asset_id, r.point) == (asset, point)), None)

    def value(self, asset: int, point: str) -> Value:
        reading = self.last(asset, point)
        return reading.value if reading is not None else None
