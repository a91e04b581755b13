"""What a map shows, put on paper: waits for the tiles of its base maps, paints in slices, writes PNG or PDF."""

import asyncio
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from console.kit.exporting import ExportFailed
from console.kit.formats import zone_name
from console.kit.translations import Translations
from console.store.base_maps import MapTiles
from console.store.context import Context
from exported_maps.rows import headings, rows
from exported_maps.values import ExportedMap
from exported_maps.wording import Words
from widgets.city_map import CityMap, RasterLayer
from widgets.city_map.paper.paper_file import png_of
from widgets.city_map.paper.paper_look import PaperFormat, SheetWords
from widgets.city_map.paper.paper_pages import PaperPages, TableWords
from widgets.city_map.paper.paper_tiles import PaperTiles
from widgets.city_map.paper.printed_map import Degrees
from widgets.city_map.paper.sheet import Sheet
from widgets.city_map.printable import Printable

_SLICE_S: Final = 0.012  # of painting for paper, between two frames of the screen
_LOOK_EVERY_S: Final = 0.1
_LEAST_DEGREES: Final = 0.0008  # some 80 m: a single asset is seen in its street

Progress = Callable[[int, int], None]
"""How many are there, of how many."""


class Moment(Protocol):
    """A past moment that the map shows."""

    @property
    def shown_ms(self) -> float: ...


@dataclass(frozen=True)
class Patience:
    """How long tiles are waited for: in all, and since the last one came."""

    whole_s: float = 60.0
    silence_s: float = 10.0


@dataclass(frozen=True)
class PaperOrder:
    """What is to be put on paper: the view, or `report` of what was chosen."""

    file: Path
    is_pdf: bool
    form: PaperFormat
    past: Moment | None = None
    report: ExportedMap | None = None


class PaperExport:
    """One map's way to paper."""

    def __init__(self, context: Context, city_map: CityMap, patience: Patience | None = None) -> None:
        self._context, self._map = context, city_map
        self._patience = patience or Patience()

    async def make(self, order: PaperOrder, progress: Progress) -> None:
        """Write the file. Raises ExportFailed; cancelled, it leaves nothing behind."""
        shown = self._shown(order)
        sheet = self._sheet(order, shown)
        try:
            if await self._came(sheet.tiles, progress):
                # Time has passed: states and the hour that is printed are those of now, of the same place.
                fresh = self._shown(order)
                shown = replace(fresh, view=shown.view, rasters=sheet.tiles.layers)
                sheet = self._sheet(order, shown)
        finally:
            sheet.tiles.stop()
        if order.is_pdf:
            await self._write_pdf(PaperPages(sheet, _table(order.report)), order.file, progress)
        else:
            await self._write_png(sheet, order.file)

    async def _came(self, tiles: PaperTiles, progress: Progress) -> bool:
        """Wait for the tiles that are lacking; True when that took any time."""
        now = asyncio.get_running_loop().time
        began = heard = now()
        lacking = tiles.ask()
        has_waited = lacking > 0
        while lacking and now() - began < self._patience.whole_s and now() - heard < self._patience.silence_s:
            progress(tiles.total - lacking, tiles.total)
            await asyncio.sleep(_LOOK_EVERY_S)
            before, lacking = lacking, tiles.ask()
            heard = now() if lacking < before else heard
        return has_waited

    async def _write_png(self, sheet: Sheet, file: Path) -> None:
        is_ready = sheet.prepare(_SLICE_S)
        while not is_ready:
            await asyncio.sleep(_SLICE_S)
            is_ready = sheet.prepare(_SLICE_S)
        picture = sheet.picture()
        packer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="png")
        try:
            content = await asyncio.get_running_loop().run_in_executor(packer, png_of, picture)
        finally:
            packer.shutdown(wait=False)
        self._context.map_files.keep(content, file)

    async def _write_pdf(self, pages: PaperPages, file: Path, progress: Progress) -> None:
        is_ready = pages.prepare(_SLICE_S)
        while not is_ready:
            await asyncio.sleep(_SLICE_S)
            is_ready = pages.prepare(_SLICE_S)
        is_kept = False
        try:
            if pages.open(file):
                for number in pages.paint():
                    progress(number, pages.page_count)
                    await asyncio.sleep(0)
                is_kept = pages.keep()
        finally:
            if not is_kept:
                pages.give_up()
        if not is_kept:
            tr = self._context.texts
            raise ExportFailed(tr("exporting.not_written", file=file, reason=tr("exporting.no_place")))

    def _shown(self, order: PaperOrder) -> Printable:
        """With sources of its own: what the screen wishes stays as it is."""
        shown = self._map.printable()
        shown = replace(shown, rasters=tuple(self._for_paper(layer) for layer in shown.rasters))
        if order.report is None:
            return shown
        ids = [asset.id for asset in order.report.assets]
        return replace(shown, chosen=np.array(ids, np.uint32), marks=(), selected=0)

    def _for_paper(self, layer: RasterLayer) -> RasterLayer:
        source = layer.source
        if isinstance(source, MapTiles):
            return replace(layer, source=self._context.stores.base_maps.tiles_for_map(source.base_map))
        return layer

    def _sheet(self, order: PaperOrder, shown: Printable) -> Sheet:
        bounds = None if order.report is None else _bounds_of(order.report)
        return Sheet(shown, self._words(order), order.form, bounds=bounds)

    def _words(self, order: PaperOrder) -> SheetWords:
        tr, past = self._context.texts, order.past
        moment = self._context.clock() if past is None else dt.datetime.fromtimestamp(past.shown_ms / 1000, dt.UTC)
        at = moment.astimezone()
        report = order.report
        return SheetWords(
            title=self._context.stores.occasion.heading(tr("exporting.view_title"), tr)
            if report is None
            else report.title,
            subtitle=""
            if report is None
            else tr("exporting.assets", count=Words(tr.language).number(len(report.assets))),
            made_at=f"{tr('exported_map.made_at')} {_stamp(at, tr)} {zone_name(at)}",
            author=f"{tr('exported_map.author')} {self._context.stores.link.user}",
            legend=tr("exported_map.legend"),
            note="" if past is None else past_note(past, tr),
            tiles_missing=tr("exporting.tiles_missing", count="{count}"),
            page=tr("exporting.page", number="{number}", total="{total}"),
        )


def past_note(past: Moment, tr: Translations) -> str:
    """What stands on every file that shows the past."""
    at = dt.datetime.fromtimestamp(past.shown_ms / 1000, dt.UTC).astimezone()
    return tr("exporting.past", time=f"{_stamp(at, tr)} {zone_name(at)}")


def _stamp(at: dt.datetime, tr: Translations) -> str:
    return at.strftime("%d/%m/%Y %H:%M:%S" if tr.language == "fr" else "%Y-%m-%d %H:%M:%S")


def _table(report: ExportedMap | None) -> TableWords | None:
    if report is None:
        return None
    words = Words(report.language)
    return TableWords(words("list"), headings(report, words), [row.cells for row in rows(report, words)])


def _bounds_of(report: ExportedMap) -> Degrees | None:
    lons = [asset.lon for asset in report.assets if asset.lon is not None]
    lats = [asset.lat for asset in report.assets if asset.lat is not None]
    if not lons or not lats:
        return None
    wide = max((max(lons) - min(lons)) * 0.04, _LEAST_DEGREES)
    high = max((max(lats) - min(lats)) * 0.04, _LEAST_DEGREES)
    return min(lons) - wide, min(lats) - high, max(lons) + wide, max(lats) + high
