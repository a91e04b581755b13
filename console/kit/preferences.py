"""What this machine remembers of its operator: language, theme, text size, server, last workspace."""

import logging
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)


class Preferences(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Remembered between two starts; no secret is ever here."""

    language: str = "fr"
    theme: str = "dark"
    text_zoom_percent: int = 100
    server_url: str = ""
    authorities: dict[str, str] = {}  # server -> file of the authority it was pinned to
    user: str = ""
    workspace: str = ""
    hides_pictures: bool = True  # of cameras, while the seat is locked
    opens_exports: bool = True  # an exported file is shown when it is there


class PreferenceFile:
    """Preferences as a small JSON file; a broken one is set aside and said."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Preferences:
        """What was kept; the defaults when nothing or nothing readable was."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Preferences)
        except FileNotFoundError:
            return Preferences()
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("preferences %s are not readable, defaults are used: %s", self._path.name, error)
            return Preferences()

    def write(self, preferences: Preferences) -> None:
        """Keep them, whole or not at all; a full disk is logged, never fatal."""
        scratch = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(msgspec.json.format(msgspec.json.encode(preferences)))
            scratch.replace(self._path)
        except OSError as error:
            log.warning("preferences were not kept: %s", error)
