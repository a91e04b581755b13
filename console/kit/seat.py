"""What this seat is called."""

import platform
from typing import Final

_LONGEST: Final = 60


def seat_name() -> str:
    """The machine's name."""
    return platform.node()[:_LONGEST] or "?"
