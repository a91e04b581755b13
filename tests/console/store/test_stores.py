"""Stores gather what the wire brings and tell it once a tick."""

import datetime as dt

import msgspec
import numpy as np

from console.store.link import CUT_LIMIT_S, SILENCE_LIMIT_S, LinkStage, LinkStore
from console.store.states import StateColumns, StateStore
from contract.alarms import Annunciation, Priority, ShownState
from contract.assets import Asset
from contract.stream import (
    UNACKNOWLEDGED_FLAG,
    AlarmsBody,
    AssetsBody,
    Changes,
    Snapshot,
    StatesBody,
    Topic,
    TopicKind,
    Visual,
)
from tests.console.conftest import Bench

ALARMS = Topic(TopicKind.ALARMS, "21231", "all")


def _states(pairs: dict[int, int]) -> StatesBody:
    return StatesBody(
        ids=np.array(list(pairs), "<u4").tobytes(),
        visuals=np.array(list(pairs.values()), np.uint8).tobytes(),
        levels=np.full(len(pairs), 50, np.uint8).tobytes(),
        versions=np.ones(len(pairs), "<u4").tobytes(),
    )


def test_a_burst_of_changes_reaches_the_panels_once_with_the_last_value(qapp: object) -> None:
    store = StateStore()
    told: list[StateColumns] = []
    store.changed_since_tick.connect(told.append)
    for visual in (Visual.NORMAL, Visual.STALE, Visual.ALARM_P2):
        store.apply(_states({7: visual, 3: Visual.NORMAL}))
    assert told == []
    store.flush()
    store.flush()
    assert len(told) == 1
    assert dict(zip(told[0].ids.tolist(), told[0].visuals.tolist(), strict=True)) == {
        3: Visual.NORMAL,
        7: Visual.ALARM_P2,
    }
    assert store.visual_of(7) is Visual.ALARM_P2


def test_an_asset_nobody_told_of_is_unknown_not_normal(qapp: object) -> None:
    store = StateStore()
    store.apply(_states({5: Visual.NORMAL | UNACKNOWLEDGED_FLAG}))
    store.flush()
    assert store.visual_of(6) is Visual.UNKNOWN
    assert store.visual_of(5) is Visual.NORMAL
    assert store.level_of(6) is None
    assert store.visual_of(-1) is Visual.UNKNOWN


async def test_columns_that_do_not_fit_are_left_out_and_the_rest_goes_on(bench: Bench) -> None:
    before = len(bench.stores.states.all().ids)
    broken = msgspec.structs.replace(_states({1: 0, 2: 0}), visuals=b"\x00")
    bench.stores.message(Changes(Topic(TopicKind.STATES, "x", "y"), 2, broken, 0))
    bench.stores.message(Changes(Topic(TopicKind.STATES, "x", "y"), 3, _states({4_000_000_000: 1}), 0))
    bench.stores.flush()
    assert len(bench.stores.states.all().ids) == before + 1


async def test_a_new_snapshot_forgets_the_alarms_that_are_no_longer_in_it(bench: Bench) -> None:
    kept = bench.client.alarms_by_id[2]
    bench.stores.message(Snapshot(ALARMS, 9, AlarmsBody((kept,)), 0))
    assert [alarm.id for alarm in bench.stores.alarms.standing()] == [2]
    assert bench.stores.alarms.of_asset(kept.asset_id) == [kept]


async def test_an_alarm_at_rest_leaves_and_the_most_urgent_one_is_first(bench: Bench) -> None:
    alarms = bench.stores.alarms
    most = alarms.most_urgent()
    assert most is not None
    assert most.priority is Priority.P1
    rest = msgspec.structs.replace(most, shown=ShownState.A_NORM, annunciation=Annunciation.NORM, is_active=False)
    bench.stores.message(Changes(ALARMS, 2, AlarmsBody((rest,)), 0))
    most = alarms.most_urgent()
    assert most is not None
    assert most.priority is Priority.P2
    assert alarms.unacknowledged_counts()[Priority.P1] == 0


async def test_shelved_and_explained_alarms_ask_for_nobody(bench: Bench) -> None:
    assert bench.stores.alarms.unacknowledged_counts() == {
        Priority.P1: 1,
        Priority.P2: 1,
        Priority.P3: 1,
        Priority.P4: 2,
    }


async def test_assets_are_found_without_accents_by_code_street_and_number(bench: Bench) -> None:
    found, total = bench.stores.assets.search("ecole MARECHAL")
    assert total == len(found)
    assert {asset.class_ for asset in found} == {"building"}
    camera = bench.stores.assets.camera_of_number(9)
    assert camera is not None
    assert camera.code == "CAM-009"


async def test_a_topic_that_is_taken_away_takes_its_assets_along(bench: Bench) -> None:
    topic = Topic(TopicKind.ASSETS, "21166", "camera")
    camera = Asset(id=99_999, code="CAM-X", class_="camera", lon=5.0, lat=47.3, number=777)
    bench.stores.message(Snapshot(topic, 1, AssetsBody((camera,)), 0))
    assert bench.stores.assets.camera_of_number(777) == camera
    bench.stores.assets.drop(topic)
    assert bench.stores.assets.get(99_999) is None
    assert bench.stores.assets.camera_of_number(777) is None


def test_silence_is_noticed_within_five_seconds_and_says_since_when(qapp: object) -> None:
    seconds = [100.0]
    start = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
    link = LinkStore(lambda: start + dt.timedelta(seconds=seconds[0] - 100), lambda: seconds[0])
    told: list[bool] = []
    link.liveness_changed.connect(told.append)
    link.take_stage(LinkStage.LIVE, "")
    link.heard(start + dt.timedelta(seconds=3))
    link.flush()
    assert told == [True]
    assert link.clock_offset_s == 3
    seconds[0] += 5
    link.flush()
    assert told == [True, False]
    assert link.lost_since == start
    assert SILENCE_LIMIT_S < 5


async def test_selecting_the_same_again_says_nothing(bench: Bench) -> None:
    told: list[None] = []
    bench.stores.selection.selection_changed.connect(lambda: told.append(None))
    bench.stores.selection.select(12)
    bench.stores.selection.select(12)
    assert len(told) == 1


def test_a_connection_that_was_cut_greys_at_once_though_the_backend_is_soon_back(qapp: object) -> None:
    assert qapp is not None
    seconds = [100.0]
    link = LinkStore(lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC), lambda: seconds[0])
    link.take_stage(LinkStage.LIVE, "")
    link.heard()
    link.take_stage(LinkStage.LOST, "closed")
    seconds[0] += CUT_LIMIT_S / 2
    assert link.is_live
    seconds[0] += CUT_LIMIT_S
    assert not link.is_live


def test_what_is_shown_is_believed_again_only_when_all_that_was_missed_has_come(qapp: object) -> None:
    assert qapp is not None
    link = LinkStore(lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC), lambda: 100.0)
    told: list[bool] = []
    link.liveness_changed.connect(told.append)
    link.take_stage(LinkStage.LIVE, "")
    link.heard()
    link.catch_up(is_over=False)
    link.flush()
    assert not link.is_live
    link.catch_up(is_over=True)
    link.flush()
    assert told == [True]


def test_how_old_a_position_is_is_known_from_when_it_was_heard(qapp: object) -> None:
    now = 100.0
    store = StateStore(monotonic=lambda: now)

    def heard(place: tuple[float, float, float], *, is_snapshot: bool) -> None:
        lon, lat, heading = place
        body = msgspec.structs.replace(
            _states({7: Visual.NORMAL}),
            move_ids=np.array([7], "<u4").tobytes(),
            move_lon=np.array([lon], "<f8").tobytes(),
            move_lat=np.array([lat], "<f8").tobytes(),
            move_heading=np.array([heading], "<f4").tobytes(),
        )
        store.apply(body, is_snapshot=is_snapshot)
        store.flush()

    assert store.place_of(7) is None
    heard((5.0, 47.0, np.nan), is_snapshot=True)
    now = 130.0
    assert store.place_of(7) == (5.0, 47.0, None, 30.0, True)
    heard((5.1, 47.1, 90.0), is_snapshot=False)
    now = 140.0
    assert store.place_of(7) == (5.1, 47.1, 90.0, 10.0, False)
    heard((5.1, 47.1, 90.0), is_snapshot=True)  # the link came back: nothing new was heard
    now = 150.0
    assert store.place_of(7) == (5.1, 47.1, 90.0, 20.0, False)
