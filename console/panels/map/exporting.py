"""Export this view, report of this selection: asked beside the map, made elsewhere, told when it is there."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec
from PySide6.QtWidgets import QWidget

from console.kit.exporting import ExportFailed
from console.kit.formats import number_text
from console.kit.ports import StateLookup
from console.panels.map.paper_export import PaperExport, PaperOrder, past_note
from console.store.context import Context
from console.store.map_export import MapExport, NoAlarms, PlaceLookup, Shown
from exported_maps.values import MAX_ASSETS, Bounds, ExportedMap, ExportRequest, FileFormat
from widgets.city_map import CityMap
from widgets.city_map.mercator import unproject_point
from widgets.export_form import ExportForm

_VIEW_FORMATS: Final = ("html", "pdf", "png", "csv")
_REPORT_FORMATS: Final = ("html", "pdf", "csv")
_ON_PAPER: Final = ("pdf", "png")


class Past(StateLookup, PlaceLookup, Protocol):
    """States of a moment that is over."""

    @property
    def shown_ms(self) -> float:
        """The moment, in milliseconds since 1970."""
        ...


class MapExporting:
    """One map's exports. `form` stands hidden beside the map until something is to be exported."""

    def __init__(self, context: Context, city_map: CityMap, parent: QWidget | None = None) -> None:
        self._context = context
        self._map = city_map
        self._past: Past | None = None
        self._report_ids: Sequence[int] | None = None
        self._running: asyncio.Task[None] | None = None
        self._paper = PaperExport(context, city_map)
        self.form = ExportForm(context.texts, parent)
        self.form.format_changed.connect(self._propose)
        self.form.given.connect(self._start)
        self.form.cancelled.connect(self.cancel)
        self.form.cancelled.connect(city_map.setFocus)

    def open_view(self) -> None:
        """Ask how what is in view is to be exported."""
        self._report_ids = None
        self.form.opens.setChecked(self._context.map_files.opens_afterwards)
        self.form.ask(self._context.texts("exporting.ask_view"), _VIEW_FORMATS, may_shade=False)

    def open_report(self, asset_ids: Sequence[int]) -> None:
        """Ask how a report of these assets is to be made; none of them says what to do."""
        if not asset_ids:
            self._context.announce(self._context.texts("exported_map.empty_selection"))
            return
        self._report_ids = tuple(asset_ids)
        self.form.opens.setChecked(self._context.map_files.opens_afterwards)
        count = number_text(len(asset_ids), self._context.texts.language)
        self.form.ask(self._context.texts("exporting.ask_report", count=count), _REPORT_FORMATS, may_shade=True)

    def read_past(self, past: "Past | None") -> None:
        """The map shows a past moment from now on, or again the present: files say what the map says."""
        self._past = past

    def cancel(self) -> None:
        """Give up what is being made."""
        if self._running is not None:
            self._running.cancel()
            self._running = None
            self._context.announce(self._context.texts("exporting.given_up"))

    def _propose(self, format_: str) -> None:
        tr = self._context.texts
        at = self._context.clock().astimezone()
        title = tr("exporting.view_title" if self._report_ids is None else "exporting.report_title")
        name = self._context.stores.occasion.file_name(f"{title} {at:%Y-%m-%d %H.%M}", tr)
        self.form.propose(self._context.map_files.proposal(name, f".{format_}"))

    def _start(self, format_: str, file: str, with_communes: bool) -> None:
        self.form.show_work(is_working=True)
        self._context.map_files.remember_opening(wanted=self.form.opens.isChecked())
        work = self._make(format_, Path(file).expanduser(), with_communes=with_communes)
        self._running = self._context.tasks.start(work, name=f"export {format_}")

    async def _make(self, format_: str, file: Path, *, with_communes: bool) -> None:
        tr, files = self._context.texts, self._context.map_files
        try:
            if format_ in _ON_PAPER:
                report = None if self._report_ids is None else self._gather(with_communes=False)
                order = PaperOrder(file, format_ == "pdf", self.form.paper_format, self._past, report)
                await self._paper.make(order, self._told)
            else:
                wanted = self._gather(with_communes=with_communes)
                files.keep(await files.make(ExportRequest(FileFormat(format_), wanted)), file)
        except ExportFailed as error:
            self._context.announce(str(error) or tr("exporting.fell"))
            self.form.show_work(is_working=False)
        else:
            if self.form.has_keys:
                self._map.setFocus()
            self.form.hide()
            self._context.announce(tr(self._opened(file), file=file))
        finally:
            self._running = None

    def _opened(self, file: Path) -> str:
        """Open the file where that is wanted; the key of what to say."""
        files = self._context.map_files
        if not files.opens_afterwards:
            return "exporting.done_and_kept"
        return "exporting.done" if files.open(file) else "exporting.done_not_opened"

    def _told(self, done: int, total: int) -> None:
        self.form.show_progress(done, total)

    def _gather(self, *, with_communes: bool) -> ExportedMap:
        stores, tr, past = self._context.stores, self._context.texts, self._past
        states = stores.states if past is None else past
        places: PlaceLookup = stores.states if past is None else past
        alarms = stores.alarms if past is None else NoAlarms()
        export = MapExport(stores.assets, states, alarms, stores.catalogue, tr, self._moment, places=places)
        made = self._values(export, with_communes=with_communes)
        made = msgspec.structs.replace(made, title=stores.occasion.heading(made.title, tr))
        return made if past is None else msgspec.structs.replace(made, note=past_note(past, tr))

    def _moment(self) -> dt.datetime:
        if self._past is None:
            return self._context.clock()
        return dt.datetime.fromtimestamp(self._past.shown_ms / 1000, dt.UTC)

    def _values(self, export: MapExport, *, with_communes: bool) -> ExportedMap:
        shown = self._map.printable()
        author = self._context.stores.link.user
        if self._report_ids is not None:
            chosen = Shown(self._report_ids, len(self._report_ids), shown.ground)
            return export.report(chosen, author, with_communes=with_communes)
        seen = shown.scene.in_view(shown.view, MAX_ASSETS)
        x0, y0, x1, y1 = shown.view.bounds
        west, north = unproject_point(x0, y0)
        east, south = unproject_point(x1, y1)
        bounds = Bounds(west, south, east, north)
        return export.view(Shown(seen.ids.tolist(), seen.total, shown.ground, bounds), author)
