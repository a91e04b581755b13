"""Bends everything alike: a smooth seeded displacement of the plane, so that no street is drawn with a ruler."""

from typing import Final

import numpy as np

from city.projection import Floats

# (wavelength, amplitude) in metres; the slopes stay well under 1, so that lines never fold over one another.
_WAVES: Final = ((6500.0, 210.0), (2300.0, 75.0), (900.0, 24.0), (420.0, 8.0))
_WAVES_EACH: Final = 4


class Relief:
    """The same point always moves the same way: crossings stay crossings."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 1])
        turns = rng.uniform(0.0, 2.0 * np.pi, (len(_WAVES), _WAVES_EACH))
        numbers = 2.0 * np.pi / np.array([length for length, _ in _WAVES])
        self._wave_x = (np.cos(turns) * numbers[:, None]).ravel()
        self._wave_y = (np.sin(turns) * numbers[:, None]).ravel()
        self._phase = rng.uniform(0.0, 2.0 * np.pi, turns.size)
        size = np.repeat([amplitude for _, amplitude in _WAVES], _WAVES_EACH) / np.sqrt(_WAVES_EACH / 2.0)
        # Across the wave more than along it: streets bend, blocks keep their size.
        lean = turns.ravel() + np.pi / 2.0 + rng.uniform(-0.6, 0.6, turns.size)
        self._move = np.column_stack((np.cos(lean) * size, np.sin(lean) * size))

    def bend(self, points: Floats) -> Floats:
        """Rows of (x, y), moved."""
        waves = np.sin(np.outer(points[:, 0], self._wave_x) + np.outer(points[:, 1], self._wave_y) + self._phase)
        bent: Floats = points + waves @ self._move
        return bent
