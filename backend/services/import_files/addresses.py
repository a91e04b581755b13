"""Address files: the national base's CSV (BAN) and the layout in which communes publish theirs (BAL)."""

import csv
import io
import math
from collections.abc import Callable, Collection, Sequence
from typing import Final

import msgspec

from backend.domain.address_streets import AddressStreets
from backend.domain.ground import is_place
from backend.services.import_files.delimited import decoded
from backend.services.import_files.rows import FileRefused
from contract.imports import RowError

MOST_ROWS: Final = 3_000_000
_LONGEST_NAME: Final = 200
_NO_NUMBER: Final = 99_999  # a hamlet in the communes' layout
_LARGEST_NUMBER: Final = 99_999
_DELIMITERS: Final = (";", ",", "\t", "|")
_LAYOUTS: Final = (
    # number, suffix, street, commune's code, its name, postcode, lon, lat
    ("numero", "rep", "nom_voie", "code_insee", "nom_commune", "code_postal", "lon", "lat"),
    ("numero", "suffixe", "voie_nom", "cle_interop", "commune_nom", "", "long", "lat"),
)


class AddressFile(msgspec.Struct, kw_only=True):
    """What a file holds. `left_out` counts rows of communes that were not wanted, or without a place."""

    gathered: AddressStreets
    row_count: int
    left_out: int
    errors: list[RowError]
    error_count: int
    columns: dict[str, str]


def read_addresses(
    content: bytes, wanted: Collection[str], *, most_errors: int, is_cancelled: Callable[[], bool]
) -> AddressFile:
    """All addresses of the `wanted` communes (INSEE codes; empty: of all). Raises FileRefused."""
    text = decoded(content)
    heading = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=heading.count), strict=True)
    streets = AddressStreets()
    errors: list[RowError] = []
    row_count = left_out = error_count = 0
    try:
        names = [name.strip() for name in next(reader, list[str]())]
        layout, columns = _layout(names)
        for cells in reader:
            if not any(cells):
                continue
            row_count += 1
            if row_count > MOST_ROWS:
                raise FileRefused(f"the file has more than {MOST_ROWS:,} rows: take one département at a time")
            if row_count % 5_000 == 0 and is_cancelled():
                raise FileRefused("the import was cancelled")
            try:
                is_taken = _take(cells, columns, wanted, streets)
            except (ValueError, IndexError) as error:
                error_count += 1
                if len(errors) < most_errors:
                    reason = str(error) if isinstance(error, ValueError) else "it has too few cells"
                    errors.append(RowError(row=row_count, reason=reason))
                continue
            left_out += not is_taken
    except csv.Error as error:
        raise FileRefused(f"the CSV file is broken near row {row_count + 1}: {error}") from error
    fields = ("number", "suffix", "street", "commune", "commune_name", "postcode", "lon", "lat")
    return AddressFile(
        gathered=streets,
        row_count=row_count,
        left_out=left_out,
        errors=errors,
        error_count=error_count,
        columns={field: column for field, column in zip(fields, layout, strict=True) if column},
    )


def _layout(names: Sequence[str]) -> tuple[Sequence[str], tuple[int, ...]]:
    for layout in _LAYOUTS:
        if all(column in names for column in layout if column):
            return layout, tuple(names.index(column) if column else -1 for column in layout)
    raise FileRefused(
        "this is no address file: the national base's CSV has the columns id;numero;rep;nom_voie;code_insee;..., "
        "the communes' has cle_interop;commune_nom;voie_nom;numero;suffixe;long;lat"
    )


def _take(cells: Sequence[str], columns: tuple[int, ...], wanted: Collection[str], streets: AddressStreets) -> bool:
    """Whether the row was wanted. Raises ValueError in words."""
    number_text, suffix, name, commune, commune_name, postcode, lon_text, lat_text = (
        cells[column].strip() if column >= 0 else "" for column in columns
    )
    commune = commune.partition("_")[0]
    if wanted and commune not in wanted:
        return False
    if not lon_text or not lat_text:
        return False
    if not (name and commune) or max(len(name), len(commune_name)) > _LONGEST_NAME or len(commune) > 10:
        raise ValueError("a street with its commune is missing, or far too long")
    lon, lat = _degrees(lon_text), _degrees(lat_text)
    if not is_place(lon, lat) or (lon == 0 and lat == 0):
        raise ValueError("the position is not in WGS84 degrees")
    streets.add(
        commune=commune,
        commune_name=commune_name,
        postcode=postcode[:10],
        street=name,
        number=_number(number_text),
        suffix=suffix.casefold()[:20],
        lon=lon,
        lat=lat,
    )
    return True


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise ValueError("the house number is no number")
    number = int(text)
    return number if 0 < number < _NO_NUMBER and number <= _LARGEST_NUMBER else None


def _degrees(text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("the position is not in degrees") from None
    return value if math.isfinite(value) else math.inf
