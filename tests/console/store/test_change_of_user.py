"""Another person holds the seat: what he may see comes first, then what he may not see goes."""

import time

import msgspec
from pytestqt.qtbot import QtBot

from console.store.stores import Stores
from contract.stream import AssetsBody, Snapshot, SnapshotsDone, Welcome
from tools.screenshots import sample_city


def _welcome(user: str) -> Welcome:
    given = next(message for message in sample_city.messages() if isinstance(message, Welcome))
    return msgspec.structs.replace(given, user=user)


def test_alarms_stay_until_the_new_snapshots_are_whole_then_only_his_are_left(qtbot: QtBot) -> None:
    stores = Stores(lambda: sample_city.NOW, time.monotonic)
    for message in sample_city.messages():
        stores.message(_welcome("leila") if isinstance(message, Welcome) else message)
    stores.flush()
    before = {alarm.id for alarm in stores.alarms.standing()}
    count = stores.assets.count
    stores.message(_welcome("police"))
    stores.flush()
    assert {alarm.id for alarm in stores.alarms.standing()} == before, "nothing goes before its time"
    snapshots = [message for message in sample_city.messages() if isinstance(message, Snapshot)]
    for each in snapshots:
        if isinstance(each.body, AssetsBody):  # he sees assets, and no alarms
            stores.message(each)
    stores.flush()
    assert {alarm.id for alarm in stores.alarms.standing()} == before
    stores.message(SnapshotsDone())
    stores.flush()
    assert list(stores.alarms.standing()) == []
    assert stores.assets.count == count


def test_the_same_person_again_loses_nothing(qtbot: QtBot) -> None:
    stores = Stores(lambda: sample_city.NOW, time.monotonic)
    for message in sample_city.messages():
        stores.message(_welcome("leila") if isinstance(message, Welcome) else message)
    count = stores.assets.count
    stores.message(_welcome("leila"))
    stores.message(SnapshotsDone())
    assert stores.assets.count == count
