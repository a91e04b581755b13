"""A list of assets as a file: asked beside the list, made by the backend, fetched to where one wants it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import number_text
from console.kit.said import said_text
from console.store.context import Context
from contract.exports import FIELDS, ExportFormat, ExportJob, ExportRequest, ExportState
from widgets.asset_export_form import AssetExportForm

_LOOK_EVERY_S: Final = 0.4
_ENDINGS: Final = {
    ExportFormat.CSV: ".csv",
    ExportFormat.GEOJSON: ".geojson",
    ExportFormat.GEOPACKAGE: ".gpkg",
    ExportFormat.SHAPEFILE: ".zip",
    ExportFormat.XLSX: ".xlsx",
}
Wanted = Callable[[], ExportRequest]
"""What is to be exported, asked when the form opens: ids or filters, and the columns that are shown."""


def export_assets(context: Context, wanted: Wanted, *, look_every_s: float = _LOOK_EVERY_S) -> "AssetExport":
    """An export for a panel: lay its `form` out where there is room (it is hidden), and call `ask(count)`."""
    return AssetExport(context, wanted, look_every_s)


class AssetExport:
    """One export at a time; `ask` opens the form, its buttons do the rest, the panel's end cancels it."""

    def __init__(self, context: Context, wanted: Wanted, look_every_s: float) -> None:
        self._context = context
        self._wanted = wanted
        self._look_every_s = look_every_s
        self._request = ExportRequest(format=ExportFormat.CSV)
        self._running: asyncio.Task[None] | None = None
        self.form = AssetExportForm(context.texts)
        self.form.given.connect(self._start)
        self.form.format_changed.connect(self._propose)
        self.form.cancelled.connect(self.cancel)

    def ask(self, count: int) -> None:
        """Ask how these `count` assets are to be exported."""
        self._request = self._wanted()
        title = self._context.texts("asset_export.ask", count=number_text(count, self._context.texts.language))
        shown = set(self._request.columns)
        self.form.ask(title, may_choose_columns=bool(shown) and shown != set(FIELDS))

    def cancel(self) -> None:
        """Give up what is being made."""
        if self._running is not None:
            self._running.cancel()
            self._running = None
            self._context.announce(self._context.texts("exporting.given_up"))

    def _propose(self, format_: str) -> None:
        at = self._context.clock().astimezone()
        name = f"{self._context.texts('asset_export.file_name')} {at:%Y-%m-%d %H.%M}"
        name = self._context.stores.occasion.file_name(name, self._context.texts)
        self.form.propose(self._context.map_files.proposal(name, _ENDINGS[ExportFormat(format_)]))

    def _start(self, format_: str, file: str, epsg: int, is_whole: bool) -> None:
        request = msgspec.structs.replace(
            self._request,
            format=ExportFormat(format_),
            epsg=epsg,
            language=self._context.texts.language,
            columns=() if is_whole else self._request.columns,
        )
        self.form.show_work(is_working=True)
        self._running = self._context.tasks.start(self._make(request, Path(file).expanduser()), name="export assets")

    async def _make(self, request: ExportRequest, file: Path) -> None:
        tr = self._context.texts
        try:
            job = await self._finished(request)
            await self._context.client.fetch_export(job, file, self._fetched)
        except RequestFailed as error:
            self._context.announce(failure_text(error, tr))
            self.form.show_work(is_working=False)
        except OSError as error:
            self._context.announce(tr("asset_export.not_written", file=file.name, why=error.strerror or ""))
            self.form.show_work(is_working=False)
        else:
            self.form.hide()
            self._context.announce(tr("asset_export.done", file=file))
        finally:
            self._running = None

    async def _finished(self, request: ExportRequest) -> ExportJob:
        """The job once it is ready; given up, it is forgotten. Raises RequestFailed."""
        tr, client = self._context.texts, self._context.client
        job = await client.begin_export(request)
        try:
            while job.state is ExportState.WRITING:
                told = (number_text(count, tr.language) for count in (job.done, job.total))
                self.form.show_progress(job.done, job.total, tr("asset_export.written", of=" / ".join(told)))
                await asyncio.sleep(self._look_every_s)
                job = await client.export_job(job.id)
        except asyncio.CancelledError:
            await client.forget_export(job.id)
            raise
        if job.state is ExportState.FAILED:
            raise RequestFailed(said_text(job.said_code, job.said_args, job.said, tr))
        return job

    def _fetched(self, done: int, total: int) -> None:
        self.form.show_progress(done, total, f"{done >> 20} / {max(total >> 20, 1)} MB")
