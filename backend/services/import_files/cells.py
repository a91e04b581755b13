"""Cells as values: texts without tricks, numbers with commas, dates as people write them."""

import datetime as dt
import math
import re
import unicodedata
from typing import Final

from contract.assets import AssetStatus

LONGEST_TEXT: Final = 500
_BLANK: Final = re.compile(r"\s+")
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")
_STATUSES: Final = {
    "planned": AssetStatus.PLANNED,
    "prévu": AssetStatus.PLANNED,
    "projet": AssetStatus.PLANNED,
    "in_service": AssetStatus.IN_SERVICE,
    "in service": AssetStatus.IN_SERVICE,
    "en service": AssetStatus.IN_SERVICE,
    "out_of_service": AssetStatus.OUT_OF_SERVICE,
    "out of service": AssetStatus.OUT_OF_SERVICE,
    "hors service": AssetStatus.OUT_OF_SERVICE,
    "retired": AssetStatus.RETIRED,
    "déposé": AssetStatus.RETIRED,
    "supprimé": AssetStatus.RETIRED,
}


class CellRefused(ValueError):
    """A cell does not hold what its field needs."""


def clean_text(value: object) -> str:
    """One line without control characters or signs that turn the direction of writing. Raises CellRefused."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise CellRefused("holds a list or an object, not a text")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value)
    if len(text) > LONGEST_TEXT * 4:
        raise CellRefused(f"is longer than {LONGEST_TEXT} characters")
    if not text.isascii() or not text.isprintable():
        text = "".join(_kept(character) for character in unicodedata.normalize("NFC", text))
    text = _BLANK.sub(" ", text).strip()
    if len(text) > LONGEST_TEXT:
        raise CellRefused(f"is longer than {LONGEST_TEXT} characters")
    return text


def number(value: object) -> float | None:
    """A finite number, None for an empty cell; a comma may stand for the point. Raises CellRefused."""
    if isinstance(value, bool):
        raise CellRefused("is not a number")
    if isinstance(value, (int, float)):
        try:
            found = float(value)
        except OverflowError as error:
            raise CellRefused("is too large a number") from error
    else:
        text = clean_text(value).replace(" ", "").replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        if "," in text:
            text = text.replace(".", "") if text.rfind(",") > text.rfind(".") >= 0 else text
            text = text.replace(",", ".") if text.count(",") == 1 and text.count(".") == 0 else text.replace(",", "")
        try:
            found = float(text)
        except ValueError as error:
            raise CellRefused(f"{text[:40]!r} is not a number") from error
    if not math.isfinite(found):
        raise CellRefused("is not a finite number")
    return found


def number_between(value: object, lowest: float, highest: float) -> float | None:
    """A number within bounds, None for an empty cell. Raises CellRefused."""
    found = number(value)
    if found is not None and not lowest <= found <= highest:
        raise CellRefused(f"{found:g} is not between {lowest:g} and {highest:g}")
    return found


def whole_number(value: object) -> int | None:
    """A whole number of an int32, None for an empty cell. Raises CellRefused."""
    found = number_between(value, -(2**31), 2**31 - 1)
    if found is None:
        return None
    if not found.is_integer():
        raise CellRefused(f"{found:g} is not a whole number")
    return int(found)


def date(value: object) -> dt.date | None:
    """A date, or the first of January of a year; None for an empty cell or a zero. Raises CellRefused."""
    text = clean_text(value)
    if text in {"", "0", "0000"}:
        return None
    if re.fullmatch(r"\d{4}", text):
        text = f"{text}-01-01"
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
        text = text[:10]
    for form in _DATES:
        try:
            found = dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
        if not 1800 <= found.year <= 2200:
            raise CellRefused(f"{text} is not a likely date")
        return found
    raise CellRefused(f"{text[:40]!r} is not a date: write 2024-05-31 or 31/05/2024")


def status(value: object) -> AssetStatus | None:
    """Where the asset stands in its life; None for an empty cell. Raises CellRefused."""
    text = clean_text(value).casefold()
    if not text:
        return None
    if text not in _STATUSES:
        raise CellRefused(f"{text[:40]!r} is none of planned, in_service, out_of_service, retired")
    return _STATUSES[text]


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc" or category in {"Zl", "Zp"}:
        return " "
    # Cf holds the direction overrides, Cs halves of characters, Co and Cn what has no meaning.
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character
