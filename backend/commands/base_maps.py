"""`python main.py base-map add|list|remove|check`: base maps of a data directory, while a backend runs or not."""

import argparse
import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from backend.base_maps.naming import id_of_file, is_id
from backend.base_maps.settings import MapSettings, add_map
from backend.base_maps.shelf import FOLDER, BaseMapFolder
from backend.commands import data_directory
from backend.commands.data_directory import OK, REFUSED, USAGE, say
from backend.devkit.clock import SystemClock
from backend.ports import BaseMapTrouble, NoSuchBaseMap
from backend.services.base_maps import worded
from backend.services.said import say as said
from backend.storage.opening import DATABASE_FILE
from contract.base_maps import BaseMap, BaseMapState

_CHUNK: Final = 1 << 20
_QUIET: Final = logging.NullHandler()  # what the shelf logs is said on standard output already
_FORMATS: Final = (".mbtiles", ".pmtiles", ".geojson", ".gpkg", ".zip")
_EXIT_CODES: Final = "exit codes: 0 done, 1 refused or broken, 2 usage"
_EXAMPLES: Final = """examples:
  main.py base-map add plan.mbtiles --name "Plan of the city" --attribution "© the city"
  main.py base-map add 'https://tiles.example.org/{z}/{x}/{y}.png' --id plan --attribution "© those who made it"
  main.py base-map add https://tiles.example.org/wmts --layer ortho --format image/jpeg --matrix-set PM --id ortho
  main.py base-map check

A backend that runs shows it at once, and enters it in the journal. More in docs/base-maps.md.
"""


def main(argv: Sequence[str]) -> int:
    """Returns 0 when done, 1 when refused or when a base map is broken, 2 for wrong usage."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    logging.getLogger("backend.base_maps").addHandler(_QUIET)
    data_dir: Path = options.data
    if not any((data_dir / name).exists() for name in (DATABASE_FILE, "lock", "demo", FOLDER)) and not options.new:
        return say(f"There is no city in {data_dir}. Give the right directory with --data.", REFUSED)
    if options.act == "add" and "://" not in options.source and not Path(options.source).is_file():
        what = f"There is no file {options.source}. (The address of a server begins with http:// or https://.)"
        return say(what, REFUSED)
    try:
        return asyncio.run(_act(options, data_dir))
    except BaseMapTrouble as trouble:
        return say(f"Refused: {said(trouble.code, **trouble.args_said).text}.", REFUSED)
    except NoSuchBaseMap:
        return say(f"There is no base map {options.id!r}; `base-map list` names them.", REFUSED)
    except OSError as error:
        return say(f"{error.filename or data_dir} cannot be used: {error.strerror}", REFUSED)


async def _act(options: argparse.Namespace, data_dir: Path) -> int:
    shelf = BaseMapFolder(data_dir, SystemClock())
    try:
        if options.act == "add":
            return await _add(options, data_dir, shelf)
        if options.act == "remove":
            await shelf.remove(options.id)
            sys.stdout.write(f"{options.id} was removed.\n")
            return OK
        if options.act == "check":
            return await _check(shelf)
        for one in worded(await shelf.all()):
            sys.stdout.write(_line(one) + "\n")
        return OK
    finally:
        await shelf.close()


async def _add(options: argparse.Namespace, data_dir: Path, shelf: BaseMapFolder) -> int:
    settings = _settings(options)
    if "://" in options.source:
        map_id = options.id or _id_of_url(options.source)
        if not is_id(map_id):
            return say("--id is made of a-z, 0-9, - and _", USAGE)
        await asyncio.to_thread(_make_folder, data_dir)
        await asyncio.to_thread(add_map, data_dir / FOLDER, map_id, settings)
        sys.stdout.write(f"{map_id} was added. Its first tile will be fetched when somebody looks at it;")
        sys.stdout.write(" `base-map check` asks now.\n")
        return OK
    path = Path(options.source)
    name = path.name if options.id is None else options.id + path.name[len(path.name.split(".")[0]) :]
    taken = await shelf.take_file(name, _pieces(path))
    if settings != MapSettings():
        await asyncio.to_thread(add_map, data_dir / FOLDER, id_of_file(name), settings)
    sys.stdout.write(f"{taken.id} was added ({taken.kind.value}).\n")
    if taken.trouble_code:
        sys.stdout.write(said(taken.trouble_code, **taken.trouble_args).text + "\n")
    return OK


async def _check(shelf: BaseMapFolder) -> int:
    troubles: dict[str, str] = {}
    for one in await shelf.all():
        try:
            await shelf.probe(one.id)
        except BaseMapTrouble as trouble:
            troubles[one.id] = said(trouble.code, **trouble.args_said).text
        except NoSuchBaseMap:  # the settings themselves, which are listed as broken
            continue
    listed = worded(await shelf.all())
    for one in listed:
        sys.stdout.write(_line(one, troubles.get(one.id, "")) + "\n")
    if not listed:
        sys.stdout.write("There are no base maps. `base-map add` takes a file or the address of a server.\n")
    return REFUSED if troubles or any(one.state is BaseMapState.BROKEN for one in listed) else OK


def _line(one: BaseMap, trouble: str = "") -> str:
    if trouble or one.state is BaseMapState.BROKEN:
        return f"{one.id:28} BROKEN  {trouble or one.trouble}"
    zooms = f" zoom {one.min_zoom}-{one.max_zoom}" if one.kind.value == "raster" else ""
    credit = f"  {one.attribution}" if one.attribution else "  (no attribution)"
    more = f"  {one.trouble}" if one.trouble else ""
    return f"{one.id:28} {one.kind.value:7} {one.name}{zooms}{credit}{more}"


def _settings(options: argparse.Namespace) -> MapSettings:
    is_url = "://" in options.source
    is_wmts = is_url and (bool(options.layer) or "{tilematrix}" in options.source.lower())
    return MapSettings(
        url=options.source if is_url else "",
        kind="wmts" if is_wmts else "",
        name=options.name or "",
        attribution=options.attribution or "",
        order=options.order,
        min_zoom=options.min_zoom,
        max_zoom=options.max_zoom,
        bounds=options.bounds,
        tile_px=options.tile_px,
        subdomains=options.subdomains,
        matrix=options.matrix,
        layer=options.layer or "",
        style=options.style,
        matrix_set=options.matrix_set,
        format=options.format,
        name_field=options.name_field or "",
    )


def _box(text: str) -> tuple[float, float, float, float]:
    """Four numbers. Raises ValueError, which argparse puts in words."""
    west, south, east, north = (float(part) for part in text.split(","))
    return west, south, east, north


def _id_of_url(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:40].strip("-")


def _make_folder(data_dir: Path) -> None:
    (data_dir / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:  # the command does nothing else meanwhile
        while piece := file.read(_CHUNK):
            yield piece


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py base-map",
        description="Base maps: what lies under the equipment on the map. Nothing needs the internet.",
        epilog=_EXAMPLES + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|remove|check")
    add = acts.add_parser("add", help="copy a file into the data directory, or note a tile server")
    add.add_argument("source", metavar="FILE_OR_URL", help=f"{', '.join(_FORMATS)}; or http(s)://...{{z}}/{{x}}/{{y}}")
    add.add_argument("--id", help="how it is called in addresses (default: made of the name)")
    add.add_argument("--name", help="how it is called on screen")
    add.add_argument("--attribution", help="who made it; shown wherever it is")
    add.add_argument("--order", type=int, default=0, help="lower ones lie below (default: 0)")
    add.add_argument("--min-zoom", type=int)
    add.add_argument("--max-zoom", type=int)
    add.add_argument("--bounds", type=_box, metavar="W,S,E,N", help="of a server: degrees; nothing is asked outside")
    add.add_argument("--tile-px", type=int, default=256, help="of a server: the side of its tiles (default: 256)")
    add.add_argument("--subdomains", default="", help="of a server: letters for {s} in its address")
    add.add_argument("--matrix", default="{z}", help="of a WMTS: how its levels are called (default: %(default)s)")
    add.add_argument("--layer", help="the layer of a WMTS; the URL is the service's then")
    add.add_argument("--style", default="normal", help="of a WMTS (default: %(default)s)")
    add.add_argument("--matrix-set", default="PM", help="of a WMTS; Web Mercator only (default: %(default)s)")
    add.add_argument("--format", default="image/png", help="of a WMTS (default: %(default)s)")
    add.add_argument("--name-field", help="of a vector file: the property that names streets and places")
    remove = acts.add_parser("remove", help="delete the file, or forget the server and the tiles kept of it")
    remove.add_argument("id", metavar="ID")
    show = acts.add_parser("list", help="all base maps and what ails them")
    check = acts.add_parser("check", help="read each file and ask each server for a tile, now")
    for act in (add, remove, show, check):
        act.add_argument(
            "--data",
            type=Path,
            metavar="DIR",
            default=data_directory.default_data_dir(),
            help="data directory (default: %(default)s)",
        )
        act.set_defaults(new=act is add)
    return parser
