"""The reference model: 34,000 lights, 40 to a cabinet in order, 20 cabinets to a switch, one core."""

from backend.domain.alarms.folding import Fed

LIGHTS = 34_000
A_CABINET = 40
A_SWITCH = 20
CABINET = 100_000
SWITCH = 200_000
CORE = 300_000


def cabinet_of(light: int) -> int:
    """The cabinet that feeds a light."""
    return CABINET + light // A_CABINET


def switch_of(cabinet: int) -> int:
    """The switch that serves a cabinet."""
    return SWITCH + (cabinet - CABINET) // A_SWITCH


def lights_of(cabinet: int) -> range:
    """The lights of a cabinet."""
    first = (cabinet - CABINET) * A_CABINET
    return range(first, first + A_CABINET)


def feeders() -> dict[int, int]:
    """Who hangs on whom: 850 cabinets, 43 switches, one core."""
    above = {light: cabinet_of(light) for light in range(LIGHTS)}
    above |= {cabinet: switch_of(cabinet) for cabinet in sorted(set(above.values()))}
    return above | dict.fromkeys(sorted({switch_of(c) for c in above.values() if c < SWITCH}), CORE)


def fed() -> list[Fed]:
    """The same as the net takes it. Asset numbers begin at 0."""
    above = feeders()
    return [Fed(child, parent) for child, parent in above.items()] + [Fed(CORE)]


ROOTS_OF_10_000 = {SWITCH + switch for switch in range(12)} | {CABINET + cabinet for cabinet in range(240, 250)}
