"""Ports that devices were told stay the same: one that finds us elsewhere may drop what it kept for us."""

import logging
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)


class KeptPorts:
    """The last port of each listener, by name; in a file where there is one, else for as long as this lives."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._ports: dict[str, int] = {}
        if file is not None and file.exists():
            try:
                self._ports = msgspec.json.decode(file.read_bytes(), type=dict[str, int])
            except (OSError, msgspec.MsgspecError) as error:
                log.warning("%s cannot be read, listeners take other ports: %s", file.name, error)

    def port(self, name: str) -> int:
        """The one it had; 0 when it had none: any that is free."""
        port = self._ports.get(name, 0)
        return port if 0 < port < 65_536 else 0

    def keep(self, name: str, port: int) -> None:
        """It listens there now."""
        if self._ports.get(name) == port:
            return
        self._ports[name] = port
        if self._file is None:
            return
        scratch = self._file.with_suffix(".new")
        try:
            scratch.write_bytes(msgspec.json.encode(self._ports))
            scratch.replace(self._file)
        except OSError as error:
            log.warning("%s cannot be written, the next start takes other ports: %s", self._file.name, error)
