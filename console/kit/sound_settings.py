"""What one seat wishes of its sounds, kept as a small JSON file beside the preferences."""

import logging
from pathlib import Path

import msgspec

from console.kit.sounding import SoundSettings

log = logging.getLogger(__name__)


class SoundSettingsFile:
    """A broken file is set aside and said; nothing here may keep a console from sounding."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> SoundSettings:
        """What was kept, else the defaults: a seat that knows nothing sounds."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=SoundSettings)
        except FileNotFoundError:
            return SoundSettings()
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("settings %s are not readable, defaults are used: %s", self._path.name, error)
            return SoundSettings()

    def write(self, kept: SoundSettings) -> None:
        """Keep them, whole or not at all; a full disk is logged, never fatal."""
        scratch = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
            scratch.replace(self._path)
        except OSError as error:
            log.warning("sound settings were not kept: %s", error)
