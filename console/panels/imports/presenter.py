"""How a file was read and what it would do, in words. No Qt."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from console.kit.formats import number_text
from console.kit.ports import Catalogue
from console.kit.said import said_text
from console.store.wording import class_text
from contract.imports import (
    ENCODINGS,
    SEPARATORS,
    DateOrder,
    Dialect,
    FileFormat,
    ImportJob,
    ImportLine,
    ImportState,
    Outcome,
    ReadAgain,
)
from widgets.texts import Texts, pair

FIELDS: Final = (
    "class", "code", "name", "number", "street", "commune", "lon", "lat", "service", "serial", "commissioned", "status",
    "height_m", "azimuth_deg", "fov_deg", "range_m", "expected_life_years", "parent", "supply_parent", "network_parent",
)  # fmt: skip
SYSTEMS: Final = (4326, 2154, *range(3942, 3951), 3857, 27572)
_NAMES: Final = {4326: "WGS 84", 2154: "Lambert-93", 3857: "Web Mercator", 27572: "Lambert II étendu"}
_WITH_TEXTS: Final = frozenset({FileFormat.CSV})
_WITH_DIALECT: Final = frozenset({FileFormat.CSV, FileFormat.XLSX})
BUSY: Final = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.TAKING})
Choice = tuple[str, object]


class FieldRow(NamedTuple):
    """A field and the column that fills it."""

    field: str
    label: str
    column: str
    sample: str
    filled: str


class ImportPresenter:
    """Words for the wizard."""

    def __init__(self, catalogue: Catalogue, tr: Texts) -> None:
        self._catalogue = catalogue
        self._tr = tr

    def classes(self) -> Sequence[Choice]:
        """The classes of assets, by their names; first: each row says its own."""
        named = sorted((class_text(self._catalogue, code, self._tr), code) for code in self._catalogue.classes)
        return [(self._tr("imports.class_by_row"), ""), *named]

    def communes(self) -> Sequence[Choice]:
        """The communes; first: as the file or its places say."""
        named = sorted((commune.name, code) for code, commune in self._catalogue.communes.items())
        return [(self._tr("imports.commune_by_row"), ""), *named]

    def encodings(self) -> Sequence[Choice]:
        """What texts may be written in."""
        return [(self._tr(f"imports.encoding_of.{name.replace('-', '_')}"), name) for name in ENCODINGS]

    def separators(self) -> Sequence[Choice]:
        """What may part the cells."""
        keys = dict(zip(SEPARATORS, ("semicolon", "comma", "tab", "bar"), strict=True))
        return [(self._tr(f"imports.separator_of.{keys[sign]}"), sign) for sign in SEPARATORS]

    def decimals(self) -> Sequence[Choice]:
        """What may stand before the decimals."""
        found = (("either", ""), ("comma", ","), ("point", "."))
        return [(self._tr(f"imports.decimal_of.{key}"), sign) for key, sign in found]

    def date_orders(self) -> Sequence[Choice]:
        """How dates of figures may be meant."""
        return [(self._tr(f"imports.dates_of.{order.value}"), order) for order in DateOrder]

    def systems(self, epsg: int | None, name: str) -> Sequence[Choice]:
        """Reference systems; the one that is used among them."""
        used = epsg if epsg is not None else 4326
        known = list(SYSTEMS) if used in SYSTEMS else [used, *SYSTEMS]
        return [
            (f"{_NAMES.get(one) or (name if one == used else f'CC{one - 3900}')} (EPSG:{one})", one) for one in known
        ]

    def dialect_parts(self, job: ImportJob) -> frozenset[str]:
        """What of the reading can be corrected for this kind of file."""
        facts = job.facts
        if facts is None:
            return frozenset()
        parts = {"epsg"}
        if facts.format in _WITH_TEXTS:
            parts |= {"encoding", "separator"}
        if facts.format in _WITH_DIALECT:
            parts |= {"decimal", "dates", "nothing", "heading_line"}
        if facts.format is FileFormat.SHAPEFILE:
            parts.add("encoding")
        if len(facts.layers) > 1:
            parts.add("layer")
        return frozenset(parts)

    def remarks(self, job: ImportJob) -> str:
        """What was found out, and what one should look at."""
        facts, tr = job.facts, self._tr
        if facts is None:
            return ""
        found = [
            tr(
                "imports.found",
                format=tr(f"imports.format.{facts.format.value}"),
                rows=self._number(facts.row_count),
                columns=self._number(len(facts.columns)),
            )
        ]
        if facts.crs_name:
            found.append(tr("imports.found_system", name=facts.crs_name))
        if facts.nothing_count:
            found.append(tr("imports.found_nothing", count=self._number(facts.nothing_count)))
        if facts.dates_unclear:
            found.append(tr("imports.dates_unclear"))
        return " ".join(found)

    def fields(self, job: ImportJob) -> Sequence[FieldRow]:
        """Every field with the column that fills it."""
        facts = job.facts
        columns = {} if facts is None else {column.name: column for column in facts.columns}
        mapping = job.options.mapping if job.report is None else {**job.report.mapping}
        has_places = facts is not None and facts.has_geometry
        rows: list[FieldRow] = []
        for field in FIELDS:
            if (field == "class" and job.options.class_) or (field in {"lon", "lat"} and has_places):
                continue
            column = mapping.get(field, "")
            found = columns.get(column)
            rows.append(
                FieldRow(
                    field=field,
                    label=self._tr(f"imports.field.{field}"),
                    column=column,
                    sample="" if found is None else found.sample,
                    filled="" if found is None or facts is None else self._share(found.filled, facts.row_count),
                )
            )
        return rows

    def beside(self, job: ImportJob) -> str:
        """The columns that fill no field: they are kept beside the assets."""
        if job.facts is None or job.report is None:
            return ""
        used = set(job.report.mapping.values())
        rest = [column.name for column in job.facts.columns if column.name and column.name not in used]
        return self._tr("imports.beside", columns=", ".join(rest)) if rest else ""

    def state_words(self, job: ImportJob) -> str:
        """Where it stands."""
        if job.state is ImportState.REFUSED:
            return said_text(job.said_code, job.said_args, job.said, self._tr)
        if job.state is ImportState.CHECKING:
            return self._tr("imports.state.checking", done=self._number(job.done), total=self._number(job.total))
        report = job.report
        if report is None:
            return self._tr(f"imports.state.{job.state.value}")
        key = f"imports.state.{job.state.value}"
        if job.state is ImportState.READY and report.error_count:
            key = "imports.state.wrong"
        elif job.state is ImportState.READY and not self._does_something(job):
            key = "imports.state.same"
        return self._tr(
            key,
            added=self._number(report.added_count),
            changed=self._number(report.changed_count),
            errors=self._number(report.error_count),
        )

    def outcomes(self, job: ImportJob) -> Sequence[tuple[str, Outcome, int]]:
        """(words with the count, outcome, how many), errors first."""
        report = job.report
        if report is None:
            return []
        counts = (
            (Outcome.ERROR, report.error_count),
            (Outcome.ADDED, report.added_count),
            (Outcome.CHANGED, report.changed_count),
            (Outcome.UNCHANGED, report.unchanged_count),
            (Outcome.MISSING, report.missing_count),
        )
        return [
            (f"{self._tr(f'imports.outcome.{outcome.value}')}  {self._number(count)}", outcome, count)
            for outcome, count in counts
        ]

    def line(self, line: ImportLine) -> tuple[str, str, str, str]:
        """Row, asset, what it does, the details."""
        if line.outcome is Outcome.ERROR:
            details = said_text(line.said_code, line.said_args, line.reason, self._tr)
        else:
            nothing = self._tr("imports.empty_value")
            details = " · ".join(
                pair(self._field(field), f"{before or nothing} \N{RIGHTWARDS ARROW} {after or nothing}", self._tr)
                for field, before, after in line.changes
            )
        return (
            str(line.row) if line.row else "",
            line.code,
            self._tr(f"imports.outcome_of_row.{line.outcome.value}"),
            details,
        )

    def can_take(self, job: ImportJob | None) -> bool:
        """Whether a yes would do something."""
        return job is not None and job.state is ImportState.READY and bool(job.seal) and self._does_something(job)

    @staticmethod
    def again(job: ImportJob, **changed: object) -> ReadAgain:
        """The same file as it was read, but for this. `dialect` names only what a person said."""
        options = job.options
        how = ReadAgain(
            class_=options.class_,
            mapping=options.mapping,
            commune=options.commune,
            dialect=options.dialect,
            retires_missing=options.retires_missing,
        )
        return msgspec.structs.replace(how, **changed)

    @staticmethod
    def corrected(job: ImportJob, **changed: object) -> Dialect:
        """What a person has said of the dialect so far, and this."""
        return msgspec.structs.replace(job.options.dialect, **changed)

    @staticmethod
    def _does_something(job: ImportJob) -> bool:
        report = job.report
        if report is None:
            return False
        retires = job.options.retires_missing and report.missing_count
        return bool(report.added_count or report.changed_count or retires)

    def _field(self, name: str) -> str:
        key = f"imports.field.{name}"
        return self._tr(key) if self._tr.has(key) else name

    def _share(self, filled: int, total: int) -> str:
        return f"{round(100 * filled / total)} %" if total else ""

    def _number(self, value: int) -> str:
        return number_text(value, self._tr.language)
