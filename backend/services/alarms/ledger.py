"""The states of all alarms in memory: by key, by number, by asset."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from backend.domain.alarms.life import AlarmState
from backend.services.alarms.records import alarm_number

Key = tuple[int, str]  # asset id, alarm kind


class AlarmLedger:
    """What is committed, and nothing else."""

    def __init__(self) -> None:
        self._states: dict[Key, AlarmState] = {}
        self._keys: dict[int, Key] = {}
        self._of_asset: dict[int, set[str]] = defaultdict(set)

    def __contains__(self, key: object) -> bool:
        return key in self._states

    def state(self, key: Key) -> AlarmState | None:
        """The state of an alarm; None when there never was one."""
        return self._states.get(key)

    def key(self, alarm_id: int) -> Key | None:
        """The alarm of this number."""
        return self._keys.get(alarm_id)

    def of_asset(self, asset_id: int) -> Sequence[tuple[Key, AlarmState]]:
        """An asset's alarms that are not at rest."""
        kinds = self._of_asset.get(asset_id, ())
        found = [((asset_id, kind), self._states[asset_id, kind]) for kind in kinds]
        return [(key, state) for key, state in found if not state.is_at_rest]

    def standing(self) -> Iterable[tuple[Key, AlarmState]]:
        """Every alarm not at rest."""
        return ((key, state) for key, state in self._states.items() if not state.is_at_rest)

    def assets(self) -> Iterable[int]:
        """Assets that ever had an alarm."""
        return self._of_asset.keys()

    def take(self, after: Mapping[Key, AlarmState]) -> None:
        """What was committed just now."""
        for key, state in after.items():
            if key not in self._states:
                self._keys[alarm_number(*key)] = key
                self._of_asset[key[0]].add(key[1])
            self._states[key] = state
