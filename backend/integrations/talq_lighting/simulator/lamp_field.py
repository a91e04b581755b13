"""The lamps of one gateway as columns: what each is told, what it gives, what it has used."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.integrations.talq_lighting.simulator.sites import LampSite

NO_OVERRIDE: Final = -1
_STANDBY_W: Final = 0.4
_DRIVER_LOSS: Final = 0.06

Indices = NDArray[np.intp]


class LampField:
    """Light, power and energy of many lamps; moves only when `settle` and `accumulate` are called."""

    def __init__(self, lamps: Sequence[LampSite], cabinet_of: Sequence[int], cabinets: int) -> None:
        count = len(lamps)
        self.count = count
        self.rated_w = np.array([lamp.rated_power_w for lamp in lamps], dtype=np.float64)
        self.cabinet = np.array(cabinet_of, dtype=np.intp)
        self.cabinet_has_supply = np.ones(cabinets, dtype=np.bool_)
        self.program_level = np.zeros(count, dtype=np.int16)
        self.override = np.full(count, NO_OVERRIDE, dtype=np.int16)
        self.override_until = np.full(count, np.inf)
        self.level = np.zeros(count, dtype=np.int16)
        self.told_at = np.zeros(count)
        self.energy_kwh = np.zeros(count)
        self.hours = np.zeros(count)
        self.has_failed = np.zeros(count, dtype=np.bool_)
        self.cannot_dim = np.zeros(count, dtype=np.bool_)
        self.is_forced_on = np.zeros(count, dtype=np.bool_)
        self.has_lost_radio = np.zeros(count, dtype=np.bool_)
        self.override_ref: list[str | None] = [None] * count

    def answers(self) -> NDArray[np.bool_]:
        """Which lamps have supply and a working radio."""
        return self.has_supply() & ~self.has_lost_radio

    def has_supply(self) -> NDArray[np.bool_]:
        """Which lamps their cabinet feeds."""
        return self.cabinet_has_supply[self.cabinet]

    def settle(self, now: float) -> Indices:
        """End overrides whose time is over, let each lamp that answers obey; gives the lamps whose light changed."""
        over = np.flatnonzero((self.override != NO_OVERRIDE) & (self.override_until <= now))
        self.override[over] = NO_OVERRIDE
        for index in over.tolist():
            self.override_ref[index] = None
        wanted = np.where(self.override != NO_OVERRIDE, self.override, self.program_level)
        given = np.where(self.cannot_dim & (wanted > 0), 100, wanted)
        given = np.where(self.has_failed, 0, given)
        given = np.where(self.is_forced_on, 100, given)
        changed = np.flatnonzero((given != self.level) & self.answers())
        self.level[changed] = given[changed]
        self.told_at[changed] = now
        return changed

    def power_w(self) -> NDArray[np.float64]:
        """What each lamp draws now."""
        lit = self.rated_w * (_DRIVER_LOSS + (1 - _DRIVER_LOSS) * self.level / 100.0)
        drawn = np.where(self.level > 0, lit, _STANDBY_W)
        return np.where(self.has_supply(), drawn, 0.0)

    def accumulate(self, seconds: float) -> None:
        """Count energy and hours of light."""
        self.energy_kwh += self.power_w() * (seconds / 3_600_000.0)
        self.hours += np.where((self.level > 0) & self.has_supply(), seconds / 3600.0, 0.0)

    def drive(self, lamps: Sequence[int], level: int, until: float, ref: str | None) -> None:
        """An override: these lamps take this level until then."""
        chosen = np.array(lamps, dtype=np.intp)
        self.override[chosen] = level
        self.override_until[chosen] = until
        for index in lamps:
            self.override_ref[index] = ref

    def let_go(self, lamps: Sequence[int]) -> None:
        """Back to the program."""
        self.drive(lamps, NO_OVERRIDE, float("inf"), None)

    def cabinet_power_kw(self) -> NDArray[np.float64]:
        """What each cabinet's meter shows."""
        sums = np.bincount(self.cabinet, weights=self.power_w(), minlength=len(self.cabinet_has_supply))
        return sums.astype(np.float64) / 1000.0

    def cabinet_energy_kwh(self) -> NDArray[np.float64]:
        """What each cabinet's lamps have used."""
        sums = np.bincount(self.cabinet, weights=self.energy_kwh, minlength=len(self.cabinet_has_supply))
        return sums.astype(np.float64)

    def power_of(self, index: int) -> float:
        """What one lamp draws now."""
        if not self.cabinet_has_supply[self.cabinet[index]]:
            return 0.0
        level = int(self.level[index])
        share = _DRIVER_LOSS + (1 - _DRIVER_LOSS) * level / 100.0
        return float(self.rated_w[index]) * share if level > 0 else _STANDBY_W
