"""Ctrl+M listens to the chosen tile: one at a time, live and in sight only, and it is always said why not."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.hearing import SoundChanged, SoundState
from console.kit.video import AddressGiver
from console.panels.cameras.keys import Act
from contract.api import ViewRequest
from tests.console.conftest import Bench
from tests.console.panels.wall_rig import WallRig
from widgets.wall_layout.layout import even

CTRL = Qt.KeyboardModifier.ControlModifier


class ScriptedSound:
    """A loudspeaker that tells what it is told to."""

    def __init__(self) -> None:
        self.addresses: list[AddressGiver] = []
        self.told: SoundChanged | None = None
        self.played = 0
        self.has_loudspeaker = True

    @property
    def is_on(self) -> bool:
        return self.told is not None

    def listen(self, address: AddressGiver, told: SoundChanged) -> None:
        self.mute()
        if not self.has_loudspeaker:
            told(SoundState.NO_LOUDSPEAKER, "")
            return
        self.addresses.append(address)
        self.told = told
        told(SoundState.HEARD, "")

    def play(self) -> None:
        self.played += 1

    def mute(self) -> None:
        told, self.told = self.told, None
        if told is not None:
            told(SoundState.MUTED, "")

    def fail(self, state: SoundState, reason: str) -> None:
        told, self.told = self.told, None
        assert told is not None
        told(state, reason)


@pytest.fixture
def sound() -> ScriptedSound:
    return ScriptedSound()


@pytest.fixture
async def rig(bench: Bench, qtbot: QtBot, sound: ScriptedSound) -> AsyncIterator[WallRig]:
    made = WallRig(replace(bench, context=replace(bench.context, hearing=sound)), qtbot)
    made.panel.wall.lay_out(even(4))
    for tile, number in enumerate((1, 3, 5, 7)):
        made.panel.put(tile, made.camera(number))
    made.panel.wall.choose(0)
    made.panel.desk.arrange()
    made.panel.focus_first()
    yield made
    await made.close()


def marks(rig: WallRig, tile: int) -> list[str]:
    return [mark.text for mark in rig.panel.tiles[tile].words.marks]


def listen(rig: WallRig, tile: int = 0) -> None:
    rig.press(Qt.Key.Key_M, CTRL, tile)


async def test_the_chosen_tile_is_heard_and_bears_a_loudspeaker_until_it_is_muted(
    rig: WallRig, sound: ScriptedSound
) -> None:
    listen(rig)
    assert "listened to here" in marks(rig, 0)
    QTest.qWait(120)
    assert sound.played >= 2
    await sound.addresses[0]()
    assert rig.bench.client.viewed[-1] == (rig.camera(1), ViewRequest(stream="sub", sound=True))
    listen(rig)
    assert not sound.is_on
    assert marks(rig, 0) == []


async def test_only_one_tile_is_heard(rig: WallRig, sound: ScriptedSound) -> None:
    listen(rig)
    rig.panel.wall.choose(2)
    listen(rig, 2)
    assert sound.is_on
    assert [marks(rig, 0), marks(rig, 2)] == [[], ["listened to here"]]


@pytest.mark.parametrize("what", ["another camera", "enlarged", "emptied", "hidden", "closed"])
async def test_nothing_is_heard_that_is_not_seen_live(rig: WallRig, sound: ScriptedSound, what: str) -> None:
    listen(rig)
    if what == "another camera":
        rig.panel.put(0, rig.camera(9))
    elif what == "enlarged":
        rig.panel.acts.enlarge(3)
    elif what == "emptied":
        rig.panel.place(0, None)
    elif what == "hidden":
        rig.window.hide()
    else:
        rig.panel.listening.stop()
    QTest.qWait(120)
    assert not sound.is_on
    assert marks(rig, 0) == []


async def test_why_nothing_is_heard_is_said(rig: WallRig, sound: ScriptedSound) -> None:
    listen(rig)
    sound.fail(SoundState.ENDED, "camera 7 is masked: its sound is not given while its masks are in place")
    assert "masked" in rig.panel.notice.text
    assert marks(rig, 0) == []
    listen(rig)
    sound.fail(SoundState.ENDED, "")
    assert rig.panel.notice.text == "This camera gives no sound."
    sound.has_loudspeaker = False
    rig.panel.acts.do(Act.LISTEN)
    assert "no loudspeaker" in rig.panel.notice.text
    assert marks(rig, 0) == []
