"""Whether this process had nothing to do now and then: one that is late and yet rests has only been kept waiting."""

import sys
from typing import Final

_OFTEN: Final = 4


class Rest:
    """Looks at how often the process went to sleep of its own will since the last look."""

    def __init__(self) -> None:
        self._count = _rests()

    def was_taken(self) -> bool:
        """Whether there was rest since the last look. Where nobody counts it: never."""
        count, before = _rests(), self._count
        self._count = count
        return count - before >= _OFTEN


def _rests() -> int:
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 - absent on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
