"""What a spreadsheet would reckon instead of showing it, wherever a file for one is written."""

from typing import Final

_FORMULA_STARTS: Final = tuple("=+-@|%＝＋－＠")  # spreadsheets read the wide forms as the narrow ones


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would reckon it."""
    return cell.lstrip().startswith(_FORMULA_STARTS)


def harmless(cell: str) -> str:
    """`cell`, with a tab before what a spreadsheet would reckon."""
    return f"\t{cell}" if is_formula(cell) else cell
