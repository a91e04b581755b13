"""How many files and connections the process may hold at once."""

import contextlib
import sys
from typing import Final

_ENOUGH: Final = 65_536


def allow_many_files() -> None:
    """As many as the system lets it: consoles at the doors must not cost the recorder the file it wants to open."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - absent on Windows

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
