"""Rows that are wrong, given back: with the reason, their cells, and nothing that a spreadsheet would reckon."""

import csv
import io

from backend.services.export_files.harmless import harmless
from backend.services.import_check import Checked


def errors_csv(checked: Checked | None) -> bytes:
    """UTF-8 with a mark for spreadsheets, parted as the file itself was."""
    facts = None if checked is None else checked.facts
    names = () if facts is None else tuple(column.name for column in facts.columns)
    out = io.StringIO()
    separator = ";" if facts is not None and facts.dialect.separator == ";" else ","
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in ("row", "reason", *names)])
    for wrong in () if checked is None else checked.wrong:
        cells = ("" if cell is None else str(cell) for cell in wrong.cells)
        writer.writerow([wrong.row, harmless(wrong.reason), *(harmless(cell) for cell in cells)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")
