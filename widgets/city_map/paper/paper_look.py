"""What paper looks like: its colours, its sizes, its words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter

from widgets.city_map.theme import LIGHT

INCH_PX: Final = 96.0
MARGIN: Final = 38.0
PAPER: Final = replace(
    LIGHT,
    field="#FFFFFF",
    land="#F8F9FA",
    street_minor="#DCE1E5",
    street_major="#C5CDD4",
    street_casing="#FFFFFF",
    label_halo="#FFFFFF",
)
"""Light colours that spare ink, whatever the screen wears."""
HEAD_COLOUR: Final = "#1F4E74"
_ELLIPSIS: Final = Qt.TextElideMode.ElideRight


class Paper(Enum):
    """Sheets, in millimetres: the longer side first."""

    A4 = (297, 210)
    A3 = (420, 297)


@dataclass(frozen=True, slots=True)
class PaperFormat:
    """A sheet as it lies on the table."""

    paper: Paper = Paper.A4
    is_portrait: bool = False

    @property
    def size(self) -> QSizeF:
        """In pixels at 96 an inch."""
        size = QSizeF(*(side / 25.4 * INCH_PX for side in self.paper.value))
        return size.transposed() if self.is_portrait else size

    @property
    def page_size(self) -> QPageSize:
        """As Qt calls it."""
        return QPageSize(QPageSize.PageSizeId.A4 if self.paper is Paper.A4 else QPageSize.PageSizeId.A3)

    @property
    def orientation(self) -> QPageLayout.Orientation:
        """As Qt calls it."""
        return QPageLayout.Orientation.Portrait if self.is_portrait else QPageLayout.Orientation.Landscape


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Every word of a sheet that is not on the map itself, ready to be read."""

    title: str
    made_at: str
    author: str
    legend: str = "Legend"
    subtitle: str = ""
    note: str = ""
    """Stands in a frame above the map: what must not be overlooked."""
    tiles_missing: str = "{count} tiles of the base map are missing."
    attribution: str = ""
    page: str = "{number} / {total}"


def paper_font(pixels: float, *, is_bold: bool = False) -> QFont:
    """The letters of sheets."""
    font = QFont("Roboto")
    font.setPixelSize(round(pixels))
    font.setBold(is_bold)
    return font


def write(
    painter: QPainter,
    box: QRectF,
    text: str,
    pixels: float,
    *,
    is_bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    colour: str = PAPER.card_text,
) -> None:
    """One line; what does not fit ends in an ellipsis."""
    font = paper_font(pixels, is_bold=is_bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    fitted = QFontMetricsF(font).elidedText(text, _ELLIPSIS, box.width())
    painter.drawText(box, int(align) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), fitted)


def wrapped_height(text: str, pixels: float, width: float, *, is_bold: bool = False) -> float:
    """How high a text stands that is broken into lines of this width; nothing has no height."""
    if not text:
        return 0.0
    metrics = QFontMetricsF(paper_font(pixels, is_bold=is_bold))
    return metrics.boundingRect(QRectF(0, 0, width, 10_000), int(_WRAP), _breakable(text)).height()


def write_wrapped(
    painter: QPainter, box: QRectF, text: str, pixels: float, *, is_bold: bool = False, colour: str = PAPER.card_text
) -> None:
    """As many lines as it takes."""
    painter.setFont(paper_font(pixels, is_bold=is_bold))
    painter.setPen(QColor(colour))
    painter.drawText(box, int(_WRAP), _breakable(text))


_WRAP: Final = Qt.TextFlag.TextWordWrap
_LONGEST_WORD: Final = 60


def _breakable(text: str) -> str:
    """Lines break between words; words that no line could hold are cut."""
    pieces = (
        word[at : at + _LONGEST_WORD] for word in text.split(" ") for at in range(0, len(word) or 1, _LONGEST_WORD)
    )
    return " ".join(pieces)
