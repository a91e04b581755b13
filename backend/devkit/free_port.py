"""A port for a listener that somebody opens later, in another process."""

import secrets
import socket
from typing import Final

# Systems hand out ports from 32768 or 49152 on by themselves: one of those may be another's before it is opened.
_FIRST, _COUNT = 20_000, 12_000
_TRIES: Final = 1_000


def free_port() -> int:
    """A loopback port where nobody listens, and which the system gives to nobody who did not ask for it by number.

    Raises OSError when none is found.
    """
    for _ in range(_TRIES):
        port = _FIRST + secrets.randbelow(_COUNT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port on this machine")
