"""Imports and exports of the sample city, without a wire."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec

from contract.exports import ExportJob, ExportRequest, ExportState
from contract.imports import (
    DateOrder,
    Dialect,
    FileFacts,
    FileFormat,
    ImportJob,
    ImportLine,
    ImportOptions,
    ImportReport,
    ImportState,
    Outcome,
    ReadAgain,
    RowError,
    SourceColumn,
)

_COLUMNS = (
    ("IDENT", "LUM-0412", 29_969),
    ("LIBELLE", "Place de la Libération 4", 28_112),
    ("ADRESSE", "Rue Vauban", 29_961),
    ("HAUTEUR", "8,5", 27_730),
    ("DATE_POSE", "31/05/2011", 29_402),
    ("X", "854102,4", 29_969),
    ("Y", "6692871,9", 29_969),
    ("TYPE_LAMPE", "SHP 100 W", 29_120),
)
_MAPPING = {
    "code": "IDENT",
    "name": "LIBELLE",
    "street": "ADRESSE",
    "height_m": "HAUTEUR",
    "commissioned": "DATE_POSE",
    "lon": "X",
    "lat": "Y",
}


class SampleExchange:
    """console.kit.exchange_ports.ExchangeCalls; keeps what it was asked."""

    def __init__(self, at: dt.datetime) -> None:
        self._exchange_at = at
        self.imports: dict[str, ImportJob] = {}
        self.exports: dict[str, ExportJob] = {}
        self.exports_asked: list[ExportRequest] = []
        self.readings_asked: list[ReadAgain] = []
        self.taken_seals: list[str] = []
        self.wrong_rows = 0  # how many rows of the next file are wrong

    async def send_import(self, file: Path, first: ReadAgain, progress: Callable[[int, int], None]) -> ImportJob:
        """A file of lamps, looked at."""
        progress(1, 1)
        job = self._looked("import-1", file.name, first)
        self.imports[job.id] = job
        return job

    async def import_job(self, job_id: str) -> ImportJob:
        """How it stands."""
        return self.imports[job_id]

    async def read_import_again(self, job_id: str, how: ReadAgain) -> ImportJob:
        """Looked at again."""
        self.readings_asked.append(how)
        self.imports[job_id] = self._looked(job_id, self.imports[job_id].file_name, how)
        return self.imports[job_id]

    async def take_import(self, job_id: str, seal: str) -> ImportJob:
        """Taken."""
        self.taken_seals.append(seal)
        job = self.imports[job_id]
        report = None if job.report is None else msgspec.structs.replace(job.report, is_done=True, is_dry_run=False)
        self.imports[job_id] = msgspec.structs.replace(job, state=ImportState.DONE, report=report)
        return self.imports[job_id]

    async def forget_import(self, job_id: str) -> None:
        """Gone."""
        self.imports.pop(job_id, None)

    async def import_errors(self, job_id: str) -> bytes:
        """The rows that are wrong."""
        job = self.imports[job_id]
        errors = () if job.report is None else job.report.errors
        return ("row,reason\r\n" + "".join(f"{error.row},{error.reason}\r\n" for error in errors)).encode()

    async def begin_export(self, request: ExportRequest) -> ExportJob:
        """Ready at once."""
        self.exports_asked.append(request)
        job = ExportJob(
            id=f"export-{len(self.exports_asked)}",
            state=ExportState.READY,
            format=request.format,
            file_name=f"assets.{request.format.value}",
            begun_at=self._exchange_at,
            done=3,
            total=3,
            bytes=4,
        )
        self.exports[job.id] = job
        return job

    async def export_job(self, job_id: str) -> ExportJob:
        """How it stands."""
        return self.exports[job_id]

    async def fetch_export(self, job: ExportJob, target: Path, progress: Callable[[int, int], None]) -> None:
        """A file of four letters."""
        _write(target)
        progress(job.bytes, job.bytes)

    async def forget_export(self, job_id: str) -> None:
        """Gone."""
        self.exports.pop(job_id, None)

    def _looked(self, job_id: str, name: str, how: ReadAgain) -> ImportJob:
        dialect = Dialect(
            encoding=how.dialect.encoding or "cp1252",
            separator=how.dialect.separator or ";",
            decimal=how.dialect.decimal or ",",
            dates=how.dialect.dates or DateOrder.DAY_FIRST,
            nothing=how.dialect.nothing or ("#N/A", "NULL"),
            heading_line=how.dialect.heading_line or 1,
            epsg=how.dialect.epsg or 2154,
        )
        options = ImportOptions(
            class_=how.class_ or "streetlight",
            file_name=name,
            mapping=how.mapping,
            commune=how.commune,
            dialect=dialect,
            retires_missing=how.retires_missing,
        )
        facts = FileFacts(
            format=FileFormat.CSV,
            dialect=dialect,
            row_count=29_969,
            columns=tuple(
                SourceColumn(name=column, filled=filled, sample=sample) for column, sample, filled in _COLUMNS
            ),
            sample=tuple(
                (
                    f"LUM-{412 + row:04}",
                    f"Place de la Libération {row + 4}",
                    "Rue Vauban",
                    "8,5",
                    "31/05/2011",
                    f"{854_102.4 + 14 * row:.1f}".replace(".", ","),
                    f"{6_692_871.9 - 9 * row:.1f}".replace(".", ","),
                    "SHP 100 W" if row % 4 else "#N/A",
                )
                for row in range(12)
            ),
            crs_name="RGF93 v1 / Lambert-93",
            nothing_count=849,
        )
        wrong = self.wrong_rows
        report = ImportReport(
            class_=options.class_,
            file_name=name,
            is_dry_run=True,
            is_done=False,
            row_count=29_969,
            added_count=214,
            changed_count=1_377,
            unchanged_count=28_378 - wrong,
            error_count=wrong,
            errors=tuple(RowError(row=812 + row, reason="HAUTEUR 'huit' is not a number") for row in range(wrong)),
            mapping=how.mapping or _MAPPING,
            missing_count=31,
        )
        return ImportJob(
            id=job_id,
            state=ImportState.READY,
            file_name=name,
            options=options,
            begun_at=self._exchange_at,
            done=29_969,
            total=29_969,
            facts=facts,
            report=report,
            lines=tuple(_lines(report)),
            seal="" if wrong else "5ea1",
        )


def _write(target: Path) -> None:
    target.write_bytes(b"file")


def _lines(report: ImportReport) -> list[ImportLine]:
    class_ = report.class_
    errors = [
        ImportLine(
            row=one.row,
            outcome=Outcome.ERROR,
            class_=class_,
            code=f"LUM-{one.row:04}",
            reason=one.reason,
            said_code="cell_not_number",
            said_args={"column": "HAUTEUR", "value": "'huit'"},
        )
        for one in report.errors
    ]
    changed = [
        ImportLine(
            row=41 + row,
            outcome=Outcome.CHANGED,
            class_=class_,
            code=f"LUM-{412 + row:04}",
            changes=(("height_m", "8", "8.5"), ("TYPE_LAMPE", "", "SHP 100 W")),
        )
        for row in range(6)
    ]
    added = [
        ImportLine(row=600 + row, outcome=Outcome.ADDED, class_=class_, code=f"LUM-{29_900 + row}") for row in range(4)
    ]
    missing = [ImportLine(row=0, outcome=Outcome.MISSING, class_=class_, code=f"LUM-{7_000 + row}") for row in range(3)]
    return [*errors, *changed, *added, *missing]
