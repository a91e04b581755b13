"""34,000 lights on 850 cabinets: the tree opens, searches and follows at once."""

import time

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.panels.supply.panel import SupplyPanel
from contract.assets import Asset
from contract.stream import AssetsBody, Topic, TopicKind
from tests.console.conftest import Bench

LIGHTS, CABINETS, SWITCHES = 34_000, 850, 43
_FIRST_SWITCH, _FIRST_CABINET, _FIRST_LIGHT = 3_000_000_000, 3_000_100_000, 3_000_200_000  # above what an int32 holds


def _asset(id_: int, code: str, class_: str, feeder: int | None = None) -> Asset:
    return Asset(
        id=id_, code=code, class_=class_, lon=5.0, lat=47.3, name=code, commune="21231", supply_parent=feeder, version=1
    )


def _model() -> dict[str, list[Asset]]:
    """The reference city: 40 lights to a cabinet in order, 20 cabinets to a switch."""
    switches = [_asset(_FIRST_SWITCH + n, f"SW-{n:02}", "junction") for n in range(SWITCHES)]
    cabinets = [
        _asset(_FIRST_CABINET + n, f"C-{n:03}", "lighting_cabinet", _FIRST_SWITCH + n // 20) for n in range(CABINETS)
    ]
    lights = [_asset(_FIRST_LIGHT + n, f"L-{n:05}", "streetlight", _FIRST_CABINET + n // 40) for n in range(LIGHTS)]
    return {"junction": switches, "lighting_cabinet": cabinets, "streetlight": lights}


async def test_a_whole_city_is_drawn_without_waiting(bench: Bench, qtbot: QtBot) -> None:
    model = _model()
    for class_, assets in model.items():
        topic = Topic(kind=TopicKind.ASSETS, commune="21231", class_=class_)
        bench.stores.assets.apply(topic, AssetsBody(assets=tuple(assets)), is_snapshot=True)
    bench.stores.flush()
    bench.open("assets").close()  # the panels are loaded
    began = time.thread_time()
    panel = bench.open("supply")
    assert isinstance(panel, SupplyPanel)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(620, 860)
    panel.widget.show()
    panel.widget.grab()
    opened = time.thread_time()
    rows = panel.tree.tree.rows
    assert all(rows.index_of(_FIRST_SWITCH + n).isValid() for n in range(SWITCHES))
    switch = rows.index_of(_FIRST_SWITCH)
    assert switch.siblingAtColumn(2).data() == "820"
    panel.tree.tree.expand(switch)
    panel.tree.tree.expand(rows.index_of(_FIRST_CABINET))
    moved = replace(model["streetlight"][0], supply_parent=_FIRST_CABINET + 1, version=2)
    topic = Topic(kind=TopicKind.ASSETS, commune="21231", class_="streetlight")
    bench.stores.assets.apply(topic, AssetsBody(assets=(moved,)), is_snapshot=False)
    changed = time.thread_time()
    bench.stores.flush()
    panel.widget.grab()
    followed = time.thread_time()
    assert rows.rowCount(rows.index_of(_FIRST_CABINET)) == 39
    panel.tree.search.setText("L-33999")
    panel.tree.show_anew()
    searched = time.thread_time()
    assert rows.index_of(_FIRST_LIGHT + LIGHTS - 1).isValid(), "found, with the way to it open"
    panel.close()
    print(f"opened {opened - began:.3f} s, followed {followed - changed:.3f} s, searched {searched - followed:.3f} s")
    assert opened - began < 1.5
    assert followed - changed < 1.0
