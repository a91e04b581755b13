"""What hands do on a map, and what eyes read from it; the truth is reckoned apart from the map."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Final, cast

import pyproj
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QContextMenuEvent, QDesktopServices, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from console.panels.map.panel import MapPanel
from contract.assets import Asset
from tests.eventually import eventually
from tests.journeys.seat import Seat
from widgets.city_map import CityMap

_TO_MERCATOR: Final = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
_GLOBE: Final = pyproj.Geod(ellps="WGS84")
EVERYTHING: Final = 1_000_000


async def find(seat: Seat, panel: MapPanel, words: str) -> None:
    """Press /, type, and wait until something was answered to these words."""
    panel.widget.window().activateWindow()
    panel.city_map.setFocus()
    await eventually(panel.city_map.hasFocus, "the map has the keys")
    seat.press(panel.city_map, Qt.Key.Key_Slash)
    box = panel.guide.search.box
    await eventually(box.hasFocus, "the field has the keys")
    box.selectAll()
    QTest.keyClicks(box, words)
    assert box.text() == words
    await eventually(lambda: box.is_open, f"{words!r} is answered")


async def go(seat: Seat, panel: MapPanel, words: str) -> None:
    """Find it and press Enter; the map has come to rest there."""
    await find(seat, panel, words)
    seat.press(panel.guide.search.box, Qt.Key.Key_Return)
    await at_rest(panel.city_map)


async def at_rest(city_map: CityMap) -> None:
    """Wait until the map has arrived and painted itself."""
    await eventually(city_map.is_settled, "the map stands still", 20)


def drag(city_map: CityMap, box: QRect) -> None:
    """Draw a rectangle with the left button."""
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(city_map, left, none, box.topLeft())
    for point in (box.center(), box.bottomRight() + QPoint(-3, -3), box.bottomRight()):
        QTest.mouseMove(city_map, point)
    QTest.mouseRelease(city_map, left, none, box.bottomRight())


def menu_at(city_map: CityMap, point: QPoint) -> QMenu:
    """Open the menu of a place with the right button."""
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, city_map.mapToGlobal(point))
    QApplication.sendEvent(city_map, asked)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def pixel_of(city_map: CityMap, asset: Asset) -> tuple[float, float]:
    """Where an asset stands in the picture, reckoned by pyproj from middle and scale of the view."""
    lon, lat = city_map.view.lon_lat
    here_x, here_y = _TO_MERCATOR.transform(lon, lat)
    x, y = _TO_MERCATOR.transform(asset.lon, asset.lat)
    # Metres on the ground grow in the projection; a step of a thousandth of a degree tells by how much.
    east_x, _ = _TO_MERCATOR.transform(lon + 0.001, lat)
    units = city_map.view.metres_per_pixel * (east_x - here_x) / _GLOBE.inv(lon, lat, lon + 0.001, lat)[2]
    return city_map.width() / 2 + (x - here_x) / units, city_map.height() / 2 - (y - here_y) / units


def inside(city_map: CityMap, assets: Iterable[Asset], box: QRect) -> tuple[set[int], set[int]]:
    """(surely, perhaps): those whose place lies in a box of pixels, and those within two pixels of it.

    A vehicle is where it drives, which the register does not know: it is perhaps anywhere.
    """
    surely: set[int] = set()
    perhaps: set[int] = set()
    for asset in assets:
        if asset.line is not None:
            continue
        if asset.class_ == "vehicle":
            perhaps.add(asset.id)
            continue
        x, y = pixel_of(city_map, asset)
        depth = min(x - box.left(), box.right() - x, y - box.top(), box.bottom() - y)
        if depth > 2:
            surely.add(asset.id)
        if depth > -2:
            perhaps.add(asset.id)
    return surely, perhaps


def visuals(city_map: CityMap) -> dict[int, int]:
    """The state of every asset in view, as the map itself has it."""
    seen = city_map.in_view(EVERYTHING)
    return dict(zip(seen.ids.tolist(), seen.visuals.tolist(), strict=True))


def share_of(city_map: CityMap, colour: QColor, tolerance: int = 10) -> float:
    """How much of the picture has this colour."""
    near = [_is_near(pixel, colour, tolerance) for pixel in _pixels(city_map)]
    return sum(near) / len(near)


def has_colour(city_map: CityMap) -> bool:
    """Whether anything in the picture is more than tinted ink."""
    shades = ((pixel.red(), pixel.green(), pixel.blue()) for pixel in _pixels(city_map))
    return any(max(shade) - min(shade) > 40 for shade in shades)


def _pixels(city_map: CityMap) -> list[QColor]:
    """Every twelfth, both ways; the ring round a map that has the keys is left out."""
    image = city_map.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return [image.pixelColor(x, y) for x in range(6, image.width() - 6, 12) for y in range(6, image.height() - 6, 12)]


def _is_near(one: QColor, other: QColor, tolerance: int) -> bool:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) <= tolerance for a, b in pairs)


class _Browser(QObject):
    """Stands where the system's browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Note it."""
        self.opened.append(url)


@contextmanager
def no_browser() -> Generator[list[QUrl]]:
    """Files are opened by nobody; what would have been opened is noted."""
    browser = _Browser()
    QDesktopServices.setUrlHandler("file", browser, cast("bytes", "open"))  # PySide's stub asks what PySide refuses
    try:
        yield browser.opened
    finally:
        QDesktopServices.unsetUrlHandler("file")
