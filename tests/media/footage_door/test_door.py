"""Who gets recordings, and which: a ticket a connection, one camera, one period; the register knows what was seen."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from contract.masks import Mask
from contract.media import MasksChanged, RevokeUser, TicketReady, TicketRefused, TicketUsed
from media.footage_door import door as door_module
from media.footage_door.door import FootageDoor
from tests.eventually import eventually
from tests.media.footage_door.conftest import Archive, Tiles
from tests.media.footage_door.stamped_footage import NOON
from video.footage.archive import FootageArchive
from video.playback.link import DoorAddress, FootageLink, HungUpOn
from video.playback.messages import Ask, Failed, Given, Nothing, Present, Where, encode
from video.states import StreamState

MASK = Mask(id="window", corners=((0.2, 0.2), (0.6, 0.2), (0.6, 0.6)))


class Player:
    """A player that says what it likes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._numbers = 0
        self.link: FootageLink | None = None

    async def enter(self, ticket: str) -> FootageLink:
        address = DoorAddress("127.0.0.1", self._archive.door.port, is_encrypted=False, ticket=ticket)
        self.link = await FootageLink.open(address)
        return self.link

    async def ask(
        self, where: Where, at: float, count: int = 1, *, keys_only: bool = False
    ) -> list[Given | Nothing | Failed]:
        assert self.link is not None
        self._numbers += 1
        self.link.ask(Ask(number=self._numbers, where=where, at=at, count=count, keys_only=keys_only))
        answers: list[Given | Nothing | Failed] = []
        async with asyncio.timeout(5):
            async for answer in self.link.answers():
                answers.append(answer)
                if not isinstance(answer, Given) or answer.is_last:
                    break
        return answers


@pytest.fixture
async def player(archive: Archive) -> AsyncIterator[Player]:
    player = Player(archive)
    yield player
    if player.link is not None:
        player.link.close()


def begins(answers: list[Given | Nothing | Failed]) -> list[float]:
    return [round(answer.begins_at - NOON, 2) for answer in answers if isinstance(answer, Given)]


async def test_a_ticket_opens_once(archive: Archive, player: Player) -> None:
    ticket = archive.ticket()
    await player.enter(ticket)
    assert isinstance(archive.reports[0], TicketReady)
    assert archive.reports[1] == TicketUsed(ticket=ticket, camera_id=7, stream="footage", user="anne")
    with pytest.raises(HungUpOn, match="burnt"):
        await Player(archive).enter(ticket)
    with pytest.raises(HungUpOn, match="made up"):
        await Player(archive).enter("wish")
    assert [event for event in archive.reports if isinstance(event, TicketRefused)] != []


async def test_passages_come_by_time_both_ways_as_recorded(archive: Archive, player: Player, recordings: Path) -> None:
    await player.enter(archive.ticket())
    assert begins(await player.ask(Where.AT, NOON + 5.1, 3)) == [4.0, 6.0, 8.0]
    assert begins(await player.ask(Where.AFTER, NOON + 4.0, 2)) == [6.0, 8.0]
    assert begins(await player.ask(Where.BEFORE, NOON + 4.0, 2)) == [2.0, 0.0]
    assert begins(await player.ask(Where.AT, NOON + 60.0)) == [100.0]
    assert begins(await player.ask(Where.BEFORE, NOON + 900.0)) == [118.0]
    nothing = (await player.ask(Where.AT, NOON + 900.0))[0]
    assert isinstance(nothing, Nothing)
    assert nothing.previous_ends_at == pytest.approx(NOON + 120.0, abs=0.01)
    over_the_gap = (await player.ask(Where.AT, NOON + 39.9))[0]
    assert isinstance(over_the_gap, Given)
    assert over_the_gap.next_begins_at == pytest.approx(NOON + 100.0, abs=0.01)
    passage = FootageArchive(recordings).passage_at(7, NOON + 39.9)
    assert passage is not None
    assert [one.nal_units for one in over_the_gap.pictures] == [one.unit.nal_units for one in passage.read()]
    key = (await player.ask(Where.AT, NOON + 39.9, keys_only=True))[0]
    assert isinstance(key, Given)
    assert key.pictures == over_the_gap.pictures[:1]


async def test_nothing_outside_the_period_is_handed_out_and_the_register_knows_what_was(
    archive: Archive, player: Player
) -> None:
    archive.period = (NOON + 10.5, NOON + 20.5)
    link = await player.enter(archive.ticket())
    assert (link.since, link.until) == pytest.approx(archive.period)
    assert begins(await player.ask(Where.AT, NOON, 16)) == [10.0, 12.0, 14.0, 16.0, 18.0, 20.0]
    last = (await player.ask(Where.AT, NOON + 20.2))[0]
    assert isinstance(last, Given)
    assert last.pictures[-1].at <= NOON + 20.5
    assert isinstance((await player.ask(Where.AT, NOON + 22.0))[0], Nothing)
    assert begins(await player.ask(Where.BEFORE, NOON + 900.0)) == [20.0]
    assert isinstance((await player.ask(Where.BEFORE, NOON + 10.0))[0], Nothing)
    link.close()
    await eventually(archive.ended)
    (ended,) = archive.ended()
    assert (ended.camera_id, ended.stream, ended.user) == (7, "footage", "anne")
    assert ended.earliest is not None
    assert ended.latest is not None
    assert ended.earliest.timestamp() == pytest.approx(NOON + 10.0, abs=0.01)
    assert ended.latest.timestamp() == pytest.approx(NOON + 20.5, abs=0.07)


async def test_a_newer_wish_ends_an_older_one(archive: Archive, player: Player) -> None:
    link = await player.enter(archive.ticket())
    for number in range(1, 60):
        link.ask(Ask(number=number, where=Where.AT, at=NOON + number % 30, count=16))
    answers: list[int] = []
    async with asyncio.timeout(5):
        async for answer in link.answers():
            answers.append(answer.number)
            if answer.number == 59 and isinstance(answer, Given) and answer.is_last:
                break
    assert len(answers) < 60


async def test_who_lost_the_right_is_hung_up_on_and_a_paused_tile_says_so(
    tiles: Tiles, archive: Archive, watch: Callable[[str], None]
) -> None:
    watch("a")
    tiles.pool.seek("a", NOON + 5.0)
    await tiles.until_shown("a", NOON + 5.0)
    unspent = archive.ticket(session="other desk")
    archive.refusal = "no longer yours"
    archive.door.revoke(RevokeUser(user="anne"))
    said = await tiles.until_said("a", StreamState.REFUSED)
    assert said.reason == "no longer yours"
    assert len(archive.ended()) == 1
    with pytest.raises(HungUpOn):
        await Player(archive).enter(unspent)
    archive.refusal = ""
    await tiles.until_said("a", StreamState.RECORDED, within_s=8.0)
    await tiles.until_shown("a", NOON + 5.0)


async def test_new_masks_end_what_is_watched_without_them(archive: Archive, player: Player) -> None:
    link = await player.enter(archive.ticket())
    unspent = archive.ticket()
    archive.door.masks_changed(MasksChanged(camera_id=8, masks=(MASK,)))
    assert begins(await player.ask(Where.AT, NOON)) == [0.0]
    archive.door.masks_changed(MasksChanged(camera_id=7, masks=(MASK,)))
    with pytest.raises(HungUpOn, match="masks"):
        await player.ask(Where.AT, NOON)
    link.close()
    with pytest.raises(HungUpOn):
        await Player(archive).enter(unspent)


async def test_without_anybody_to_burn_masks_in_no_masked_ticket_is_made_good(archive: Archive, player: Player) -> None:
    archive.masks = (MASK,)
    ticket = archive.ticket()
    assert isinstance(archive.reports[-1], TicketRefused)
    with pytest.raises(HungUpOn):
        await player.enter(ticket)


async def test_a_viewing_ends_with_the_lift_of_the_masks(archive: Archive, player: Player) -> None:
    archive.lasts_s = 0.3
    await player.enter(archive.ticket())
    assert begins(await player.ask(Where.AT, NOON)) == [0.0]
    await eventually(archive.ended)
    with pytest.raises(HungUpOn, match="as long as it may"):
        await player.ask(Where.AT, NOON)


async def test_one_address_has_no_room_for_itself_alone(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "MOST_OF_ONE_ADDRESS", 2)
    players = [Player(archive) for _ in range(3)]
    links = [await one.enter(archive.ticket()) for one in players[:2]]
    with pytest.raises((EOFError, OSError)):
        await players[2].enter(archive.ticket())
    for link in links:
        link.close()
    await eventually(lambda: archive.door.viewing_count == 0)
    (await players[2].enter(archive.ticket())).close()


@pytest.mark.parametrize(
    "said",
    [
        b"\xff\xff\xff\xff" + b"x" * 100,
        b"\x00\x00\x00\x05hello",
        encode(Ask(number=1, where=Where.AT, at=NOON)),
        secrets.token_bytes(4096),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_whoever_says_something_else_is_hung_up_on(archive: Archive, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", archive.door.port)
    writer.write(said)
    async with asyncio.timeout(15):
        assert await reader.read() == b""
    writer.close()


async def test_after_the_ticket_too(archive: Archive) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", archive.door.port)
    writer.write(encode(Present(archive.ticket())))
    assert await reader.read(4) != b""
    writer.write(encode(msgspec.structs.replace(Ask(number=1, where=Where.AT, at=NOON), at=float("nan"))))
    async with asyncio.timeout(15):
        assert len(await reader.read()) < 200
    writer.close()
    await eventually(archive.ended)


async def test_who_never_presents_a_ticket_is_hung_up_on(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.footage_door.viewing.PRESENT_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", archive.door.port)
    async with asyncio.timeout(15):
        await reader.read()
    writer.close()


async def test_a_damaged_file_is_said_and_what_lies_behind_it_plays(
    tmp_path: Path, recordings: Path, tiles: Tiles
) -> None:
    passage = FootageArchive(recordings).passage_at(7, NOON + 10.5)
    assert passage is not None
    copied = tmp_path / "footage"
    for file in recordings.rglob("*"):
        if file.is_file():
            target = copied / file.relative_to(recordings)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    hurt = copied / Path(passage.path).relative_to(recordings)
    data = bytearray(hurt.read_bytes())
    data[passage.offset : passage.offset + 64] = bytes(64)
    hurt.write_bytes(data)
    archive = Archive(copied)
    await archive.door.start("127.0.0.1")
    tiles.pool.open_footage("a", archive.access, 640, 360)
    tiles.pool.seek("a", NOON + 10.5)
    said = await tiles.until_said("a", StreamState.DAMAGED)
    assert "cannot be read" in said.reason
    tiles.pool.seek("a", NOON + 12.5)
    await tiles.until_shown("a", NOON + 12.5)
    await archive.door.close()


async def test_the_door_of_no_archive_says_that_nothing_is_there(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "nothing")
    await archive.door.start("127.0.0.1")
    player = Player(archive)
    await player.enter(archive.ticket())
    assert await player.ask(Where.AT, NOON) == [Nothing(number=1)]
    assert await player.ask(Where.BEFORE, NOON) == [Nothing(number=2)]
    assert player.link is not None
    player.link.close()
    await archive.door.close()
    assert isinstance(archive.door, FootageDoor)
