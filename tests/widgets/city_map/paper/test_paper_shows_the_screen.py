"""What stands on the screen stands on paper: base maps, heat, lighting, the chosen, pins, credits, warnings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.made_tiles import MadeTiles
from tests.widgets.city_map.samples import STYLES, ids, octets, scattered
from widgets.city_map import AssetVisual, CityMap, HeatColumns, MapMark, RasterLayer, ViewMode
from widgets.city_map.mercator import project_point
from widgets.city_map.paper.paper_look import PAPER, PaperFormat, SheetWords
from widgets.city_map.paper.paper_pages import PaperPages, save_pdf
from widgets.city_map.paper.printed_map import PrintedMap, render_map
from widgets.city_map.paper.sheet import Sheet

SIZE = QSize(500, 380)
WORDS = SheetWords("Map", "now", "me", tiles_missing="{count} tiles missing", note="Replay of yesterday, not live")


def _differ(one: QImage, other: QImage) -> int:
    a, b = (np.frombuffer(image.constBits(), np.uint32) for image in (one, other))
    return int(np.count_nonzero(a != b))


def _red(source: str = "red", *, is_ready: bool = True, attribution: str = "© Red") -> MadeTiles:
    return MadeTiles(source, colour=lambda _key: QColor("#C08080"), is_ready=is_ready, attribution=attribution)


def _words_of(sheet: Sheet, file: Path) -> str:
    assert save_pdf(PaperPages(sheet), file)
    document = QPdfDocument()
    document.load(str(file))
    text = document.getAllText(0).text()
    document.close()
    return text


def test_a_base_map_is_printed_from_tiles_of_the_papers_resolution(city: CityMap) -> None:
    tiles = _red()
    city.ground.set_tile_sources([RasterLayer(tiles)])
    fine = PrintedMap(city.printable(), SIZE, 192)
    coarse = PrintedMap(city.printable(), SIZE, 96)
    assert fine.tiles.layers[0].source.bounds is None
    assert fine.tiles.total > coarse.tiles.total >= 1
    while not fine.prepare(1.0):
        pass
    assert fine.picture().pixelColor(4, 4) == QColor("#C08080")


def test_a_base_map_that_is_half_seen_and_dimmed_is_so_on_paper(city: CityMap) -> None:
    tiles = _red()
    city.ground.set_tile_sources([RasterLayer(tiles, 0.5)])
    shown = render_map(city.printable(), SIZE).pixelColor(4, 4)
    whole, ground = QColor("#C08080"), QColor(PAPER.land)
    assert whole.green() < shown.green() < ground.green()
    city.ground.set_tile_sources([RasterLayer(tiles, 1.0, dim=1.0)])
    assert render_map(city.printable(), SIZE).pixelColor(4, 4).green() > shown.green()


def test_tiles_are_asked_for_until_they_are_there_and_those_that_came_stay(city: CityMap) -> None:
    tiles = _red(is_ready=False)
    city.ground.set_tile_sources([RasterLayer(tiles)])
    printed = PrintedMap(city.printable(), SIZE, 192)
    wanted = printed.tiles.ask()
    assert wanted == printed.tiles.total == len(tiles.requests[-1])
    for key in tiles.requests[-1][:2]:
        tiles.load(key)
    assert printed.tiles.ask() == wanted - 2
    tiles.unload()  # the memory of the screen's map forgets them
    assert printed.tiles.missing() == wanted - 2
    tiles.missing = set(tiles.requests[-1])  # known not to exist: nothing lacks
    assert printed.tiles.missing() == 0
    printed.tiles.stop()
    assert tiles.requests[-1] == ()


def test_tiles_that_did_not_come_are_told_on_the_map(city: CityMap) -> None:
    city.ground.set_tile_sources([RasterLayer(_red(is_ready=False))])
    printed = PrintedMap(city.printable(), SIZE, 96)
    assert _differ(printed.picture("{count} tiles missing"), printed.picture("")) > 500


def test_chosen_assets_and_pins_are_printed(city: CityMap) -> None:
    plain = render_map(city.printable(), SIZE)
    city.chosen.set_ids(ids(2))
    chosen = render_map(city.printable(), SIZE)
    assert any(chosen.pixelColor(x, y) == QColor(PAPER.focus) for x in range(500) for y in range(380))
    city.chosen.set_ids(ids())
    lon, lat = city.view.lon_lat
    city.marks.set_marks([MapMark("m", lon, lat, "Rue Monge")])
    marked = render_map(city.printable(), SIZE)
    assert _differ(plain, marked) > 300
    assert marked.pixelColor(250, 190 - 10) == QColor(PAPER.selection)


def test_a_heat_map_is_printed_with_its_scale(city: CityMap) -> None:
    plain = render_map(city.printable(), SIZE)
    lon, lat = city.view.lon_lat
    city.meaning.set_heat(HeatColumns(np.full(40, lon), np.full(40, lat), np.ones(40), legend="Faults", unit="per km²"))
    heated = render_map(city.printable(), SIZE)
    middle = heated.pixelColor(250, 180)
    assert middle.saturationF() > plain.pixelColor(250, 180).saturationF() + 0.2


def test_lighting_by_night_is_printed_as_by_day(city: CityMap, tmp_path: Path) -> None:
    city.set_levels(ids(1, 2, 3), octets(100, 100, 100))
    plain = render_map(city.printable(), SIZE)
    city.set_view_mode(ViewMode.LIGHTING_DAY)
    day = render_map(city.printable(), SIZE)
    city.set_view_mode(ViewMode.LIGHTING_NIGHT)
    night = render_map(city.printable(), SIZE)
    assert _differ(night, day) == 0
    assert _differ(day, plain) > 0
    assert night.pixelColor(2, 2) == QColor(PAPER.land)
    assert "Lighting by day" in _words_of(Sheet(city.printable(), WORDS, dpi=96), tmp_path / "night.pdf")


def test_every_layer_that_is_seen_is_credited_in_full_and_a_past_is_called_so(city: CityMap, tmp_path: Path) -> None:
    long = " ".join(f"contributor{n}" for n in range(60))
    hidden = RasterLayer(_red("off", attribution="© Hidden"), 0.0)
    city.ground.set_tile_sources(
        [RasterLayer(_red(attribution="© First")), RasterLayer(_red("two", attribution=long)), hidden]
    )
    for form in (PaperFormat(), PaperFormat(is_portrait=True)):
        sheet = Sheet(city.printable(), WORDS, form, dpi=200)
        text = " ".join(_words_of(sheet, tmp_path / "credits.pdf").split())
        assert "© First" in text
        assert "contributor0 " in text
        assert "contributor59" in text
        assert "© Hidden" not in text
        assert "Replay of yesterday, not live" in text
        assert sheet.frame.body.bottom() < sheet.form.size.height() - 38


def test_notices_of_the_screen_are_printed(city: CityMap) -> None:
    plain = render_map(city.printable(), SIZE)
    noticed = render_map(replace(city.printable(), notices=("The base map cannot be reached",)), SIZE)
    assert _differ(plain, noticed) > 500


def test_a_fault_is_told_by_its_shape_even_where_lamps_are_mere_dots(make_map: MakeMap) -> None:
    city = make_map()
    city.set_classes(STYLES)
    lamps = scattered(20_000, spread=0.03)
    city.set_assets(lamps)
    city.set_states(lamps.ids, np.zeros(20_000, np.uint8))
    city.zoom_to_all(animate=False)
    lone = int(np.argmax(lamps.lon))

    def around() -> QImage:
        printed = PrintedMap(city.printable(), SIZE, 96)
        x, y = printed.view.to_pixel(*project_point(float(lamps.lon[lone]), float(lamps.lat[lone])))
        while not printed.prepare(1.0):
            pass
        return (
            printed.picture().copy(round(x) - 5, round(y) - 5, 11, 11).convertToFormat(QImage.Format.Format_Grayscale8)
        )

    well = around()
    city.set_states(ids(int(lamps.ids[lone])), octets(int(AssetVisual.FAULT)))
    fault = around()
    dark = [(x, y) for x in range(11) for y in range(11) if fault.pixelColor(x, y).lightness() < 190]
    assert len(dark) >= 5 > len([1 for x in range(11) for y in range(11) if well.pixelColor(x, y).lightness() < 190])
    arms = [(x, y) for x, y in dark if abs(abs(x - 5) - abs(y - 5)) <= 1 and max(abs(x - 5), abs(y - 5)) >= 1]
    assert len(arms) >= 4
