"""The list of assets as CSV: opens in a spreadsheet, and no cell of it is ever a formula."""

import csv
import io

from contract.spreadsheets import harmless
from exported_maps.limits import is_place
from exported_maps.rows import headings, rows
from exported_maps.values import ExportedMap
from exported_maps.wording import Words


def table(wanted: ExportedMap, words: Words) -> bytes:
    """UTF-8 with a mark for spreadsheets; semicolons and decimal commas in French, as French spreadsheets expect."""
    is_french = words.language == "fr"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if is_french else ",", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    columns = (*headings(wanted, words), words("longitude"), words("latitude"))
    writer.writerow([harmless(column) for column in columns])
    for row in rows(wanted, words):
        lon, lat = row.asset.lon, row.asset.lat
        place = ("", "")
        if lon is not None and lat is not None and is_place(lon, lat):
            place = (_degrees(lon, is_french=is_french), _degrees(lat, is_french=is_french))
        writer.writerow([*(harmless(cell) for cell in row.cells), *place])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _degrees(value: float, *, is_french: bool) -> str:
    text = f"{value:.6f}"
    return text.replace(".", ",") if is_french else text
