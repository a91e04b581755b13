"""base_maps.toml: servers of tiles, and names and order of what lies in the folder. Written so that comments stay."""

import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

import msgspec

from backend.base_maps.naming import is_id, plain_text
from backend.base_maps.tile_numbers import MOST_ZOOM, checked_bounds
from backend.ports import BaseMapTrouble

SETTINGS_FILE: Final = "base_maps.toml"
MOST_BYTES: Final = 256 * 1024
MOST_MAPS: Final = 100
_MOST_DOTS: Final = 50  # a line: what a.a.a takes to read grows with its square
_MOST_LINES: Final = 5_000
_HEADING: Final = """# Base maps: servers of tiles, and names of the files in this folder. See docs/base-maps.md.
"""


class MapSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One [maps.ID]. With a `url` it is a server, else it says more of a file of the folder."""

    url: str = ""
    kind: str = ""  # xyz (the url has {z} {x} {y}) or wmts (the url is the service's; `layer` is needed)
    name: str = ""
    attribution: str = ""
    order: int = 0
    min_zoom: int | None = None
    max_zoom: int | None = None
    bounds: tuple[float, float, float, float] | None = None
    tile_px: int = 256
    subdomains: str = ""  # letters for {s}
    layer: str = ""
    style: str = "normal"
    matrix_set: str = "PM"
    matrix: str = "{z}"
    format: str = "image/png"
    expires_days: float = 7.0  # where the server does not say
    name_field: str = ""
    weight_field: str = ""


class FetchSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[fetch]: how servers are asked."""

    cache_mb: int = 1024
    proxy: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    fetch: FetchSettings = FetchSettings()
    maps: dict[str, MapSettings] = {}


def read_settings(folder: Path) -> Settings:
    """The settings of a folder; the usual ones where there is no file. Raises BaseMapTrouble that names the fault."""
    return parse_settings(_text(folder / SETTINGS_FILE))


def parse_settings(text: str) -> Settings:
    """Raises BaseMapTrouble."""
    lines = text.split("\n")  # as TOML ends lines
    if len(lines) > _MOST_LINES or any(line.count(".") > _MOST_DOTS and line.lstrip()[:1] != "#" for line in lines):
        raise _wrong(f"it has more than {_MOST_LINES} lines, or a line with more than {_MOST_DOTS} dots")
    try:
        settings = msgspec.convert(tomllib.loads(text), Settings)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:  # ValueError: numbers without end too
        raise _wrong(str(error)) from error
    if len(settings.maps) > MOST_MAPS:
        raise _wrong(f"more than {MOST_MAPS} maps")
    for map_id, found in settings.maps.items():
        _check(map_id, found)
    if not 16 <= settings.fetch.cache_mb <= 1_000_000:
        raise _wrong("[fetch] cache_mb is between 16 and 1000000")
    return settings


def add_map(folder: Path, map_id: str, settings: MapSettings) -> None:
    """Append [maps.ID], replacing one of this id. Raises BaseMapTrouble: then the file is as it was."""
    before = _text(folder / SETTINGS_FILE)
    known = parse_settings(before)
    text = (_without(before, map_id) if map_id in known.maps else before or _HEADING).rstrip("\n") + "\n"
    lines = [f"\n[maps.{map_id}]"]
    for field in msgspec.structs.fields(settings):
        value = getattr(settings, field.name)
        if value is not None and value != field.default:
            lines.append(f"{field.name} = {_toml(value)}")
    _write(folder, text + "\n".join(lines) + "\n", {**known.maps, map_id: settings}, known)


def remove_map(folder: Path, map_id: str) -> bool:
    """Take [maps.ID] out. Returns whether it was there. Raises BaseMapTrouble: then the file is as it was."""
    before = _text(folder / SETTINGS_FILE)
    known = parse_settings(before)
    if map_id not in known.maps:
        return False
    kept = {name: found for name, found in known.maps.items() if name != map_id}
    _write(folder, _without(before, map_id), kept, known)
    return True


def _check(map_id: str, found: MapSettings) -> None:
    if not is_id(map_id):
        raise _wrong(f"[maps.{plain_text(map_id)}]: an id is made of a-z, 0-9, - and _, 64 at most")
    for zoom in (found.min_zoom, found.max_zoom):
        if zoom is not None and not 0 <= zoom <= MOST_ZOOM:
            raise _wrong(f"[maps.{map_id}] zoom levels are between 0 and {MOST_ZOOM}")
    if found.min_zoom is not None and found.max_zoom is not None and found.min_zoom > found.max_zoom:
        raise _wrong(f"[maps.{map_id}] min_zoom is above max_zoom")
    if found.bounds is not None and checked_bounds(*found.bounds) is None:
        raise _wrong(f"[maps.{map_id}] bounds are west, south, east, north in degrees")
    if not 128 <= found.tile_px <= 2048:
        raise _wrong(f"[maps.{map_id}] tile_px is between 128 and 2048")
    if not 0 < found.expires_days <= 3650:
        raise _wrong(f"[maps.{map_id}] expires_days is above 0 and at most 3650")
    if found.url:
        _check_server(map_id, found)


def _check_server(map_id: str, found: MapSettings) -> None:
    try:
        parts = urlsplit(found.url)
        is_sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound or not found.url.isprintable() or " " in found.url:
        raise _wrong(f"[maps.{map_id}] url must be an http:// or https:// address")
    if found.kind not in {"", "xyz", "wmts"}:
        raise _wrong(f'[maps.{map_id}] kind is "xyz" or "wmts"')
    if found.kind == "wmts":
        if not found.layer and "{" not in found.url:
            raise _wrong(f"[maps.{map_id}] a wmts needs its layer")
    elif not ("{z}" in found.url and "{x}" in found.url and ("{y}" in found.url or "{-y}" in found.url)):
        raise _wrong(f'[maps.{map_id}] url needs {{z}}, {{x}} and {{y}}; or say kind = "wmts" and its layer')


def _wrong(reason: str) -> BaseMapTrouble:
    return BaseMapTrouble("base_map_settings", file=SETTINGS_FILE, reason=plain_text(reason, 300))


def _text(path: Path) -> str:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise _wrong(f"it is a link, no plain file, or larger than {MOST_BYTES >> 10} kB")
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise _wrong("it is not UTF-8") from error
    except OSError as error:
        raise _wrong(error.strerror or "it cannot be read") from error


def _without(text: str, map_id: str) -> str:
    kept: list[str] = []
    is_inside = False
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("["):
            heading = bare.partition("#")[0].strip()
            is_inside = heading in {f"[maps.{map_id}]", f'[maps."{map_id}"]', f"[maps.'{map_id}']"}
        if not is_inside:
            kept.append(line)
    return "\n".join(kept).rstrip("\n") + "\n"


def _write(folder: Path, text: str, wanted: dict[str, MapSettings], known: Settings) -> None:
    """By a new file in the old one's place; only when it reads back as what is wanted."""
    if parse_settings(text) != Settings(fetch=known.fetch, maps=wanted):
        raise _wrong("it is written in a way that cannot be changed here: change it by hand")
    made = folder / f".{SETTINGS_FILE}.new"
    try:
        made.write_text(text, "utf-8")
        made.chmod(0o600)
        made.replace(folder / SETTINGS_FILE)
    except OSError as error:
        raise _wrong(error.strerror or "it cannot be written") from error


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(letter) for letter in value) + '"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in cast("Sequence[object]", value)) + "]"
    return repr(value)


def _escaped(letter: str) -> str:
    if letter in {'"', "\\"}:
        return "\\" + letter
    return (
        letter
        if letter.isprintable()
        else f"\\u{ord(letter):04x}"
        if ord(letter) < 0x10000
        else f"\\U{ord(letter):08x}"
    )
