"""Which base maps the journal knows of, kept beside them: what changed while nobody looked is told all the same."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.base_maps.addresses import host_of
from backend.base_maps.folder import Found
from backend.base_maps.naming import plain_text, title_of_file
from backend.ports import BaseMapEvent

_FILE: Final = "told.json"


class Told(msgspec.Struct, frozen=True, array_like=True):
    """One base map as the journal knows it."""

    mark: str
    name: str
    source: str


class Telling:
    """The file of what was told. Its methods block: run them in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def untold(self, maps: Mapping[str, Found]) -> list[BaseMapEvent]:
        """What differs from what was told."""
        told = self._read()
        now = {map_id: told_of(found) for map_id, found in maps.items()}
        events = [
            BaseMapEvent(what="changed" if map_id in told else "added", id=map_id, name=new.name, source=new.source)
            for map_id, new in now.items()
            if map_id not in told or told[map_id].mark != new.mark
        ]
        events += [
            BaseMapEvent(what="removed", id=map_id, name=old.name, source=old.source)
            for map_id, old in told.items()
            if map_id not in now
        ]
        return events

    def remember(self, events: Sequence[BaseMapEvent], maps: Mapping[str, Found]) -> None:
        """These were told. Raises OSError."""
        told = self._read()
        for event in events:
            found = maps.get(event.id)
            if found is None:
                told.pop(event.id, None)
            else:
                told[event.id] = told_of(found)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self._folder / f".{_FILE}.new"
        made.write_bytes(msgspec.json.encode(told))
        made.replace(self._folder / _FILE)

    def _read(self) -> dict[str, Told]:
        try:
            return msgspec.json.decode((self._folder / _FILE).read_bytes(), type=dict[str, Told])
        except (OSError, msgspec.MsgspecError):
            return {}


def told_of(found: Found) -> Told:
    """What is told of a base map; its mark changes with its content and its settings."""
    content = msgspec.json.encode((found.file_name.encode("utf-8", "replace"), found.revision, found.settings))
    source = plain_text(found.file_name) if found.file_name else host_of(found.settings)
    return Told(hashlib.sha256(content).hexdigest()[:20], name_of(found), source)


def name_of(found: Found) -> str:
    """How it is called until its content says better."""
    return plain_text(found.settings.name) or (title_of_file(found.file_name) if found.file_name else found.id)
