"""What leaves the console on paper is what it showed: every asset, its state, its alarm, in the reader's words."""

import datetime as dt
from typing import cast

import msgspec
import numpy as np
import pytest

from console.kit.exporting import ExportFailed
from console.kit.translations import Translations
from console.store.last_place import LastPlace
from console.store.map_export import MapExport, Shown
from contract.assets import AssetClass
from contract.stream import Visual
from exported_maps.values import MAX_ASSETS, Bounds, LineKind, Shape
from tests.console.conftest import Bench
from tools.screenshots import sample_city
from widgets.city_map.values import BaseLayer, LayerKind

CET = dt.timezone(dt.timedelta(hours=1), "CET")


@pytest.fixture
def export(bench: Bench) -> MapExport:
    stores = bench.stores
    return MapExport(
        stores.assets, stores.states, stores.alarms, stores.catalogue, Translations("fr"), lambda: sample_city.NOW, CET
    )


def _points(bench: Bench) -> list[int]:
    return [asset.id for asset in bench.client.assets.values() if asset.line is None]


async def test_a_view_says_of_every_asset_what_the_console_says(bench: Bench, export: MapExport) -> None:
    ids = _points(bench)
    bounds = Bounds(5.0, 47.3, 5.1, 47.4)
    made = export.view(Shown(ids, len(ids), bounds=bounds), "Camille Martin")

    assert (made.shape, made.language, made.author, made.bounds) == (Shape.VIEW, "fr", "Camille Martin", bounds)
    assert (made.made_at, made.utc_offset_minutes, made.zone) == (sample_city.NOW, 60, "CET")
    assert [asset.id for asset in made.assets] == ids
    for line in made.assets:
        asset = bench.stores.assets.get(line.id)
        assert asset is not None
        assert line.state is bench.stores.states.visual_of(line.id)
        label = bench.stores.catalogue.classes[asset.class_].label.fr
        assert made.kinds[line.kind].label == label
    in_alarm = {line.code for line in made.assets if line.state >= Visual.ALARM_P4}
    assert made.alarms
    assert {alarm.asset.split()[0] for alarm in made.alarms} >= in_alarm


async def test_a_report_has_the_registers_fields_and_faults_by_commune_where_asked(
    bench: Bench, export: MapExport
) -> None:
    ids = _points(bench)[:5]
    plain = export.report(Shown(ids, 5), "")
    shaded = export.report(Shown(ids, 5), "", with_communes=True)

    assert plain.choropleth is None
    assert plain.extra_columns == (
        "Numéro",
        "Statut",
        "Alimenté par",
        "Communique par",
        "N° de série",
        "Mise en service",
    )
    assert all(len(asset.extra) == 6 for asset in plain.assets)
    assert shaded.choropleth is not None
    wrong = sum(bench.stores.states.visual_of(asset_id) >= Visual.FAULT for asset_id in ids)
    assert sum(area.value or 0 for area in shaded.choropleth.areas) == wrong


async def test_too_much_and_nothing_are_refused_before_any_work(bench: Bench, export: MapExport) -> None:
    with pytest.raises(ExportFailed, match=r"350\u202f000 équipements.*Rapprochez la vue"):
        export.view(Shown(_points(bench)[:1], 350_000), "")
    with pytest.raises(ExportFailed, match="5\u202f001"):
        export.report(Shown(range(MAX_ASSETS + 1), 0), "")
    with pytest.raises(ExportFailed, match="La sélection est vide"):
        export.report(Shown((), 0), "")


async def test_the_ground_goes_along_but_not_its_labels(bench: Bench, export: MapExport) -> None:
    def layer(kind: LayerKind) -> BaseLayer:
        lon, lat = np.array([5.0, 5.1]), np.array([47.3, 47.4])
        return BaseLayer("n", kind, lon, lat, np.array([0, 2]), ("Rue",), attribution="IGN")

    ground = [layer(kind) for kind in LayerKind]
    made = export.view(Shown(_points(bench)[:1], 1, ground), "")
    assert [lines.kind for lines in made.lines] == [LineKind.STREET, LineKind.OUTLINE]
    assert np.frombuffer(made.lines[0].lon, "<f8").tolist() == [5.0, 5.1]
    assert made.attribution == ("IGN",)


async def test_an_asset_that_is_gone_meanwhile_is_left_out(bench: Bench, export: MapExport) -> None:
    made = export.view(Shown([*_points(bench)[:2], 4_000_000_000], 3), "")
    assert len(made.assets) == 2


async def test_what_moves_is_exported_where_it_was_last_heard_of(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = bench.stores
    camera = msgspec.structs.replace(stores.catalogue.classes["camera"], is_mobile=True)
    monkeypatch.setitem(cast("dict[str, AssetClass]", stores.catalogue.classes), "camera", camera)
    moving, lost, *_ = [asset for asset in bench.client.assets.values() if asset.class_ == "camera"]
    lamp = next(a for a in bench.client.assets.values() if a.class_ == "streetlight")

    class Heard:
        def place_of(self, asset_id: int) -> LastPlace | None:
            return None if asset_id == lost.id else LastPlace(5.5, 47.5, 270.0, 12.0)

    export = MapExport(
        stores.assets,
        stores.states,
        stores.alarms,
        stores.catalogue,
        Translations("fr"),
        lambda: sample_city.NOW,
        CET,
        places=Heard(),
    )
    ids = [moving.id, lost.id, lamp.id]
    lines = export.view(Shown(ids, 3), "").assets
    assert [(line.lon, line.lat, line.heading_deg, line.position_age_s, line.is_mobile) for line in lines] == [
        (5.5, 47.5, 270.0, 12.0, True),
        (lost.lon, lost.lat, None, None, True),
        (lamp.lon, lamp.lat, None, None, False),
    ]
