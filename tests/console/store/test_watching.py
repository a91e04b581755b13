"""Who watches what is one list, the selection first; what was told something and has not answered is pending."""

import datetime as dt

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from console.store.watched import MOST_WATCHED, SELECTION, WatchStore
from contract.commands import Command, CommandState
from tools.screenshots import sample_city


@pytest.fixture
def watched(qapp: QApplication) -> WatchStore:
    assert qapp is not None
    return WatchStore()


def test_several_panels_watch_and_the_selection_never_falls_out(watched: WatchStore) -> None:
    asked: list[tuple[int, ...]] = []
    watched.wanted_changed.connect(asked.append)
    watched.want("map", tuple(range(1, MOST_WATCHED + 1)))
    watched.want(SELECTION, (9999,))
    assert asked[-1][0] == 9999
    assert len(asked[-1]) == MOST_WATCHED
    watched.want("map:2", (3, 9999))
    watched.want("map", ())
    assert asked[-1] == (9999, 3)
    before = len(asked)
    watched.want("map:2", (3, 9999))
    assert len(asked) == before, "the same again asks for nothing"


def test_a_command_is_pending_until_the_device_shows_that_it_obeyed(watched: WatchStore) -> None:
    command = _command("c1", 7, "set")
    for state, is_pending in (
        (CommandState.REQUESTED, True),
        (CommandState.SENT, True),
        (CommandState.DEVICE_ACK, True),
        (CommandState.VERIFIED, False),
    ):
        watched.take_command(msgspec.structs.replace(command, state=state))
        assert watched.pending_ids == (frozenset({7}) if is_pending else frozenset())
    watched.take_command(_command("c2", 8, "ptz_move"))
    watched.take_command(msgspec.structs.replace(_command("c2", 8, "ptz_move"), state=CommandState.DEVICE_ACK))
    assert not watched.pending_ids, "a momentary act ends with the device's answer"


def _command(id_: str, asset_id: int, action: str) -> Command:
    return Command(
        id=id_,
        asset_id=asset_id,
        action=action,
        arguments={},
        actor="c.moreau",
        requested_at=sample_city.NOW,
        deadline=sample_city.NOW + dt.timedelta(seconds=30),
        state=CommandState.REQUESTED,
        changed_at=sample_city.NOW,
    )
