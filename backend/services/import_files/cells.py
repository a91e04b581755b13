"""Cells as values: texts without tricks, numbers with commas, dates as people write them."""

import datetime as dt
import functools
import math
import re
import unicodedata
from typing import Final

from contract.assets import AssetStatus
from contract.imports import DateOrder

LONGEST_TEXT: Final = 500
_LONGEST_PLAIN: Final = 40
_BLANK: Final = re.compile(r"\s+")
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_CLEAR: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")
_DATES: Final = {
    DateOrder.DAY_FIRST: (*_CLEAR, "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%y"),
    DateOrder.MONTH_FIRST: (*_CLEAR, "%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%m/%d/%y", "%m.%d.%y", "%m-%d-%y"),
    DateOrder.YEAR_FIRST: (*_CLEAR, "%Y.%m.%d", "%y/%m/%d", "%y.%m.%d", "%y-%m-%d"),
}
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
    if type(value) is str and value.isascii() and value.isprintable() and len(value) <= LONGEST_TEXT:
        return _BLANK.sub(" ", value).strip() if "  " in value else value.strip()  # nearly every cell of a file
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise CellRefused("holds a list or an object, not a text")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value)
    if len(text) > LONGEST_TEXT * 4:
        raise CellRefused(f"is longer than {LONGEST_TEXT} characters")
    if not text.isprintable() or not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        text = "".join(_kept(character) for character in unicodedata.normalize("NFC", text))
    if "  " in text or not text.isprintable():
        text = _BLANK.sub(" ", text)
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise CellRefused(f"is longer than {LONGEST_TEXT} characters")
    return text


def number(value: object, decimal: str = "") -> float | None:
    """A finite number, None for an empty cell. Raises CellRefused.

    `decimal` says which of "." and "," stands before the decimals, the other parting thousands; without it either may.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise CellRefused("is not a number")
    if isinstance(value, (int, float)):
        try:
            found = float(value)
        except OverflowError as error:
            raise CellRefused("is too large a number") from error
    elif (plain := _plain_number(value)) is not None:
        found = plain
    else:
        text = clean_text(value).replace(" ", "").replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        if decimal == "," and text.count(",") <= 1:
            text = text.replace(".", "") if "," in text else text
            text = text.replace(",", ".")
        elif decimal == "." and "," in text and _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        elif "," in text:
            text = text.replace(".", "") if text.rfind(",") > text.rfind(".") >= 0 else text
            text = text.replace(",", ".") if text.count(",") == 1 and text.count(".") == 0 else text.replace(",", "")
        try:
            found = float(text)
        except ValueError as error:
            raise CellRefused(f"{text[:40]!r} is not a number") from error
    if not math.isfinite(found):
        raise CellRefused("is not a finite number")
    return found


def number_between(value: object, lowest: float, highest: float, decimal: str = "") -> float | None:
    """A number within bounds, None for an empty cell. Raises CellRefused."""
    found = number(value, decimal)
    if found is not None and not lowest <= found <= highest:
        raise CellRefused(f"{found:g} is not between {lowest:g} and {highest:g}")
    return found


def whole_number(value: object, decimal: str = "") -> int | None:
    """A whole number of an int32, None for an empty cell. Raises CellRefused."""
    found = number_between(value, -(2**31), 2**31 - 1, decimal)
    if found is None:
        return None
    if not found.is_integer():
        raise CellRefused(f"{found:g} is not a whole number")
    return int(found)


def date(value: object, order: DateOrder | None = None) -> dt.date | None:
    """A date, or the first of January of a year; None for an empty cell or a zero. Raises CellRefused.

    `order` says how 03/04/2024 is meant: day first unless it says otherwise.
    """
    if value is None or value == "":
        return None
    text = clean_text(value)
    if text in {"", "0", "0000"}:
        return None
    return _date(text, order or DateOrder.DAY_FIRST)


@functools.lru_cache(maxsize=20_000)  # a city hung its lamps up on few days
def _date(text: str, order: DateOrder) -> dt.date:
    written = text
    if re.fullmatch(r"\d{4}", text):
        text = f"{text}-01-01"
    text = re.sub(r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[T ].*$", r"\1", text)
    for form in _DATES[order]:
        try:
            found = dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
        if not 1800 <= found.year <= 2200:
            raise CellRefused(f"{written} is not a likely date")
        return found
    raise CellRefused(f"{written[:40]!r} is not a date: write 2024-05-31 or 31/05/2024")


def status(value: object) -> AssetStatus | None:
    """Where the asset stands in its life; None for an empty cell. Raises CellRefused."""
    if value is None or value == "":
        return None
    text = clean_text(value).casefold()
    if not text:
        return None
    if text not in _STATUSES:
        raise CellRefused(f"{text[:40]!r} is none of planned, in_service, out_of_service, retired")
    return _STATUSES[text]


def _plain_number(value: object) -> float | None:
    """What nearly every cell of numbers holds, read at once; None for all that needs a closer look."""
    if type(value) is not str or "," in value or len(value) > _LONGEST_PLAIN:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc" or category in {"Zl", "Zp"}:
        return " "
    # Cf holds the direction overrides, Cs halves of characters, Co and Cn what has no meaning.
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character
