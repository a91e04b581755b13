"""The lists beside the map: what is in view, what was chosen, and one claim for all of it."""

from pytestqt.qtbot import QtBot

from console.panels.map.panel import MapPanel
from console.panels.selection.panel import SelectionPanel
from console.parts.group_claims import MOST_AT_ONCE
from console.store.map_contents import MapListing
from contract.assets import Asset
from tests.console.conftest import Bench


def _opened(bench: Bench, qtbot: QtBot) -> SelectionPanel:
    panel = bench.open("selection")
    assert isinstance(panel, SelectionPanel)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    return panel


def _lamps(bench: Bench) -> list[Asset]:
    return [asset for asset in bench.client.assets.values() if asset.class_ == "streetlight"]


async def test_maps_are_read_only_while_the_list_is_open(bench: Bench, qtbot: QtBot) -> None:
    seen = [bench.stores.contents.is_read]
    panel = _opened(bench, qtbot)
    seen.append(bench.stores.contents.is_read)
    panel.close()
    seen.append(bench.stores.contents.is_read)
    assert seen == [False, True, False]


async def test_the_list_is_in_step_with_the_view_and_says_what_it_leaves_out(bench: Bench, qtbot: QtBot) -> None:
    panel = _opened(bench, qtbot)
    assert "Nothing is in view" in panel.empty.text()
    lamps = _lamps(bench)[:3]
    bench.stores.contents.show_view(MapListing(tuple(lamp.id for lamp in lamps), 38_269, "Map"))
    assert [line.asset_id for line in panel.table.lines] == [lamp.id for lamp in lamps]
    assert panel.count.text() == "3 shown of 38,269, the worst first"
    panel.table.selectRow(1)
    assert bench.stores.selection.asset_id == lamps[1].id
    bench.stores.selection.select(lamps[2].id)
    assert panel.table.selected_id == lamps[2].id
    panel.close()


async def test_what_is_chosen_comes_to_the_front_and_is_claimed_together(bench: Bench, qtbot: QtBot) -> None:
    panel = _opened(bench, qtbot)
    lamps, camera = _lamps(bench)[:900], next(a for a in bench.client.assets.values() if a.class_ == "camera")
    bench.stores.contents.choose([*(lamp.id for lamp in lamps), camera.id], "Map")
    assert panel.lists.currentIndex() == 1
    assert "900 × Streetlight, 1 × Camera" in panel.summary.text()
    panel.acts.claim.click()
    form = panel.acts.group_form.form
    form.number.setValue(40)
    form.reason.setText("festival")
    form.place.click()
    await bench.work_done()
    [request] = bench.client.claims_placed
    assert set(request.asset_ids) == {lamp.id for lamp in lamps}
    assert (request.value, request.reason) == (40, "festival")
    panel.acts.forget.click()
    assert bench.stores.contents.chosen.total == 0
    assert "Nothing is chosen" in panel.empty.text()
    panel.close()


async def test_a_list_that_opens_because_something_was_chosen_shows_it(bench: Bench, qtbot: QtBot) -> None:
    lamps = [lamp.id for lamp in _lamps(bench)[:5]]
    bench.stores.contents.choose(lamps, "Map")
    panel = _opened(bench, qtbot)
    assert {line.asset_id for line in panel.table.lines} == set(lamps)
    assert panel.lists.tabText(1).endswith("(5)")
    assert panel.acts.widget.isVisible()
    panel.close()


async def test_a_choice_that_is_too_large_is_refused_in_words_and_nothing_is_sent(bench: Bench, qtbot: QtBot) -> None:
    panel = _opened(bench, qtbot)
    lamp = _lamps(bench)[0]
    presenter = panel.acts.group_form
    bench.stores.contents.choose([lamp.id])
    group = presenter.group
    assert group is not None
    presenter.show_group("many", type(group)(group.spec, group.class_, (lamp,) * (MOST_AT_ONCE + 1)))
    presenter.form.reason.setText("festival")
    presenter.form.place.click()
    await bench.work_done()
    assert bench.client.claims_placed == []
    assert "1001 are chosen" in panel.notice.text
    assert presenter.form.reason.text() == "festival"
    panel.close()


async def test_what_cannot_be_driven_says_so(bench: Bench, qtbot: QtBot) -> None:
    panel = _opened(bench, qtbot)
    cabinet = next(a for a in bench.client.assets.values() if a.class_ == "lighting_cabinet")
    bench.stores.contents.choose([cabinet.id])
    assert not panel.acts.claim.isEnabled()
    assert panel.acts.claim.toolTip() == "None of these can be driven."
    panel.close()


async def test_a_report_is_asked_of_the_map_that_was_worked_on(bench: Bench, qtbot: QtBot) -> None:
    panel = _opened(bench, qtbot)
    lamps = _lamps(bench)[:3]
    bench.stores.contents.choose([lamp.id for lamp in lamps])
    panel.acts.report.click()
    city = bench.open("map")
    assert isinstance(city, MapPanel)
    qtbot.addWidget(city.widget)
    bench.stores.maps.activate(city.opened)
    assert city.exporting.form.isHidden()
    panel.acts.report.click()
    assert not city.exporting.form.isHidden()
    city.close()
    panel.close()
