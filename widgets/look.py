"""Named colours, the spacing scale, icons and fonts: the only source of looks for every widget."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from string import Template
from typing import Final

import qtawesome
from PySide6.QtGui import QColor, QFontDatabase, QIcon

from contract.alarms import Priority

THEMES: Final = ("dark", "light")
FONT_FAMILY: Final = "Roboto"
FONT_PX: Final = 13
TIGHT: Final = 4
GAP: Final = 8
PAD: Final = 12
FAR: Final = 24
_ROW_PX: Final = 20  # the least of a button and of a field
_BAR_ROW_PX: Final = 22
_LINE: Final = 1.32  # the height of a line of the font, accents included


@dataclass(frozen=True)
class Palette:
    """The named colours of one theme, as #RRGGBB."""

    name: str
    field: str
    surface: str
    raised: str
    sunken: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_disabled: str
    ink: str
    focus: str
    selected: str
    p1: str
    p2: str
    p3: str
    p4: str
    stale: str
    suppressed: str
    fault: str
    good: str
    danger: str
    curve: str
    replay: str

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark field."""
        return QColor(self.field).lightnessF() < 0.5

    def of_priority(self, priority: Priority) -> str:
        """The colour of an alarm priority."""
        return {Priority.P1: self.p1, Priority.P2: self.p2, Priority.P3: self.p3, Priority.P4: self.p4}[priority]


def resource_folder() -> Traversable:
    """Where fonts, styles and translations lie, in the source tree and in a package alike."""
    return resources.files("resources")


@lru_cache
def load_palette(name: str) -> Palette:
    """The palette of a theme of THEMES. Raises FileNotFoundError or TypeError when its file is not whole."""
    table = tomllib.loads(resource_folder().joinpath("styles", f"{name}.toml").read_text("utf-8"))
    return Palette(name=name, **{key: str(value) for key, value in table.items()})


def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts with Qt; answers the files Qt refused."""
    files = [file for file in resource_folder().joinpath("fonts").iterdir() if file.name.endswith(".ttf")]
    return tuple(file.name for file in files if QFontDatabase.addApplicationFontFromData(file.read_bytes()) < 0)


def style_sheet(palette: Palette, text_zoom_percent: int) -> str:
    """The application's style sheet in a palette's colours and at a text size."""
    template = Template(resource_folder().joinpath("styles", "console.qss").read_text("utf-8"))
    values = {key: str(value) for key, value in vars(palette).items()}
    sizes = {"font_px": FONT_PX, "small_px": 12, "large_px": 16, "title_px": 20}
    sizes |= {"icon_px": 16, "bar_icon_px": 18, "tick_px": 14, "sign_px": 12, "arrow_px": 10, "arrow_room_px": 18}
    zoomed = {key: str(round(size * text_zoom_percent / 100)) for key, size in sizes.items()}
    line = round(FONT_PX * text_zoom_percent / 100 * _LINE)
    zoomed |= {"row_px": str(max(_ROW_PX, line)), "bar_row_px": str(max(_BAR_ROW_PX, line))}
    pictures = str(resource_folder().joinpath("styles")).replace("\\", "/")
    return template.substitute(values, family=FONT_FAMILY, pictures=pictures, **zoomed)


def icon(name: str, palette: Palette, color: str | None = None) -> QIcon:
    """An icon of the one set (Material Design Icons), e.g. "mdi6.cctv"."""
    return qtawesome.icon(name, color=color or palette.text, color_disabled=palette.text_disabled)
