"""What lies in the base maps' folder: files as they are now, and the settings beside them."""

import os
from pathlib import Path
from typing import Final

import msgspec

from backend.base_maps.naming import id_of_file, is_ignored
from backend.base_maps.opening import revision_of
from backend.base_maps.settings import SETTINGS_FILE, MapSettings, Settings, read_settings
from backend.ports import BaseMapTrouble

MOST_FILES: Final = 500


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One base map as it was found: a file, a server, or settings whose file is gone."""

    id: str
    file_name: str = ""
    settings: MapSettings = MapSettings()
    revision: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether it is a server."""
        return not self.file_name and bool(self.settings.url)


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the folder. `trouble` is what is wrong with the settings, if anything."""

    maps: dict[str, Found]
    settings: Settings
    trouble: BaseMapTrouble | None = None


def look_at(folder: Path) -> Sighting:
    """Read the folder, which need not exist. Blocks: run it in a thread. Raises OSError when it cannot be read."""
    trouble: BaseMapTrouble | None = None
    try:
        settings = read_settings(folder)
    except BaseMapTrouble as error:
        settings, trouble = Settings(), error
    maps: dict[str, Found] = {}
    for name in _names(folder):
        map_id = id_of_file(name)
        said = settings.maps.get(map_id, MapSettings())
        maps[map_id] = Found(id=map_id, file_name=name, settings=said, revision=revision_of(folder / name))
    for map_id, said in settings.maps.items():
        if map_id not in maps:
            maps[map_id] = Found(id=map_id, settings=said)
        elif said.url:
            trouble = BaseMapTrouble(
                "base_map_settings", file=SETTINGS_FILE, reason=f"[maps.{map_id}] has a url, and a file has this id"
            )
    return Sighting(maps=maps, settings=settings, trouble=trouble)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            found = [
                entry.name
                for entry in entries
                if not is_ignored(entry.name) and not entry.is_dir(follow_symlinks=False)
            ]
    except FileNotFoundError:
        return []
    return sorted(found)[:MOST_FILES]
