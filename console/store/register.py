"""The register as columns, in step with the assets this console may see; taken in by slices, so that nothing stops."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from console.store.assets import AssetChanges, AssetStore
from console.store.register_columns import RegisterColumns
from console.store.states import StateStore
from contract.stream import UNACKNOWLEDGED_FLAG, Visual

_SLICE: Final = 500  # assets between two looks at the clock: about 3 ms
_WORST: Final = max(Visual)


class RegisterStore(QObject):
    """Nothing is held until somebody reads; from then on it follows. Whoever reads calls `step` while `is_behind`."""

    outdated = Signal()  # there is something to step through

    def __init__(
        self, assets: AssetStore, states: StateStore, monotonic: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._assets = assets
        self._states = states
        self._monotonic = monotonic
        self._pending: dict[int, None] = {}
        self._gone: set[int] = set()
        self._is_read = False
        self._places: tuple[int, NDArray[np.uint32], NDArray[np.intp]] | None = None
        self.columns = RegisterColumns()

    @property
    def is_behind(self) -> bool:
        """Whether assets wait to be taken in."""
        return bool(self._pending or self._gone)

    @property
    def waiting_count(self) -> int:
        """How many wait."""
        return len(self._pending)

    def begin_reading(self) -> None:
        """Somebody wants the columns; asked once, they are kept in step for good."""
        if self._is_read:
            return
        self._is_read = True
        # The last is taken first: by rising ids, which the columns take in most easily.
        self._pending = dict.fromkeys(sorted((asset.id for asset in self._assets.all()), reverse=True))
        self._assets.changes_since_tick.connect(self._take)
        if self.is_behind:
            self.outdated.emit()

    def step(self, budget_s: float) -> bool:
        """Take in what there is time for; whether the columns changed."""
        if not self.is_behind:
            return False
        began, revision = self._monotonic(), self.columns.revision
        if self._gone:
            self.columns.forget(tuple(self._gone))
            self._gone.clear()
        while self._pending:
            ids = [self._pending.popitem()[0] for _ in range(min(_SLICE, len(self._pending)))]
            found = [self._assets.get(asset_id) for asset_id in ids]
            self.columns.take(asset for asset in found if asset is not None)
            if self._monotonic() - began >= budget_s:
                break
        return self.columns.revision != revision

    def visuals(self) -> NDArray[np.uint8]:
        """What the map shows of each row: UNKNOWN where nothing was heard."""
        columns, states = self.columns, self._states.all()
        found = np.full(columns.end, int(Visual.UNKNOWN), np.uint8)
        if not len(states.ids):
            return found
        known = self._places
        if known is None or known[0] != columns.revision or known[1] is not states.ids:
            rows = columns.rows_of(states.ids)
            known = self._places = (columns.revision, states.ids, rows)
        rows = known[2]
        is_held = rows >= 0
        found[rows[is_held]] = np.minimum(states.visuals[is_held] & ~np.uint8(UNACKNOWLEDGED_FLAG), _WORST)
        return found

    def _take(self, changes: AssetChanges) -> None:
        self._pending |= dict.fromkeys(changes.changed)
        self._gone |= changes.removed
        for asset_id in changes.removed:
            self._pending.pop(asset_id, None)
        self._gone -= changes.changed
        self.outdated.emit()
