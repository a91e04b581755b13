"""No entry in the register of viewings, no picture."""

import pytest

from backend.devkit.errors import LinkDown
from backend.services.refusals import ViewingRefused
from backend.services.viewing.gate import Viewer
from backend.services.viewing.marks import ticket_mark
from backend.storage.memory import MemoryStorage
from contract.api import ViewRequest
from contract.journal import EntryKind
from contract.media import IssueTicket, MediaCommand, OpenCamera, TicketRefused, TicketUsed, ViewingEnded
from contract.rights import Grant, Level, Scope
from tests.backend.services.rig import CAMERA, LAMPS
from tests.backend.services.viewing.rig import LEILA, Room


async def test_the_register_is_written_before_the_ticket_is_made(room: Room) -> None:
    seqs: list[int] = []

    def note(command: MediaCommand) -> None:
        if isinstance(command, IssueTicket):
            permit = room.viewing.open_viewings.permit_of(command.ticket)
            seqs.append(0 if permit is None else permit.seq)

    room.media.when_told = note
    ticket = await room.viewing.live.view(CAMERA, ViewRequest(reason="appel citoyen"), LEILA)
    [source, issued] = room.media.told
    assert isinstance(source, OpenCamera)
    assert isinstance(issued, IssueTicket)
    assert (source.url, source.user, source.password) == ("rtsp://10.0.0.4/sub", "viewer", "s3cret")
    assert (issued.user, issued.session, issued.masks) == ("leila", "desk-1", ())
    assert ticket.url == f"rtsp://127.0.0.1:8554/live/{CAMERA}/sub?ticket={issued.ticket}"
    (entry,) = await room.viewings()
    assert seqs == [entry.seq], "the permit bears the number of an entry that is committed"
    assert (entry.actor, entry.asset_id, entry.payload["reason"]) == ("leila", CAMERA, "appel citoyen")
    assert entry.payload["ticket"] == ticket_mark(issued.ticket)


async def test_no_entry_no_picture(room: Room) -> None:
    storage = room.city.storage
    assert isinstance(storage, MemoryStorage)
    storage.fail_next = "the disk is full"
    with pytest.raises(Exception, match="disk is full"):
        await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    assert room.media.told == []


@pytest.mark.parametrize("what_fails", ["camera", "media", "vault"])
async def test_a_picture_that_does_not_come_says_why_and_is_entered(room: Room, what_fails: str) -> None:
    if what_fails == "vault":
        room = Room(room.city, is_in_vault=False)
    words = {"camera": "no answer", "media": "starting", "vault": "not in the vault"}[what_fails]
    if what_fails == "camera":
        room.camera.error = LinkDown("no answer")
    room.media.is_down = what_fails == "media"
    with pytest.raises(ViewingRefused, match=words):
        await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    assert await room.acts() == ["asked", "refused"]
    asked, refused = await room.viewings()
    assert refused.payload["asked"] == asked.seq


async def test_a_camera_of_the_register_only_has_no_picture(room: Room) -> None:
    assert room.viewing.streams.streams(CAMERA)
    room.city.devices.set_adapter("camera-4", None)
    assert not room.viewing.streams.streams(CAMERA)
    for asset_id, request in ((CAMERA, ViewRequest()), (LAMPS[0], ViewRequest()), (CAMERA, ViewRequest(stream="x"))):
        with pytest.raises(ViewingRefused):
            await room.viewing.live.view(asset_id, request, LEILA)


@pytest.mark.parametrize("what_goes", ["rights", "login", "account"])
async def test_what_is_lost_while_the_camera_is_asked_gives_no_ticket(room: Room, what_goes: str) -> None:
    def lose() -> None:
        if what_goes == "rights":
            room.people.grant("leila", Grant(level=Level.VIEW, scope=Scope(communes=("21515",))))
        elif what_goes == "login":
            room.people.ended.add(LEILA.session)
        else:
            del room.people.users["leila"]

    room.media.before_ready = lose
    with pytest.raises(ViewingRefused):
        await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    assert room.media.tickets == []
    assert await room.acts() == ["asked", "refused"]


async def test_who_has_no_right_to_the_camera_leaves_no_entry_and_gets_none(room: Room) -> None:
    room.people.grant("nadia", Grant(level=Level.CONFIGURE, scope=Scope(communes=("21515",))))
    with pytest.raises(ViewingRefused, match="no such camera"):
        await room.viewing.live.view(CAMERA, ViewRequest(), Viewer(user="nadia", session="desk-9"))
    assert room.media.told == []


async def test_how_long_was_watched_is_in_the_register_and_names_what_was_asked(room: Room) -> None:
    await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    ticket = room.media.tickets[0].ticket
    room.viewing.hear(TicketUsed(ticket=ticket, camera_id=CAMERA, stream="sub", user="leila"))
    room.viewing.hear(ViewingEnded(ticket=ticket, camera_id=CAMERA, stream="sub", user="leila", seconds=12.34))
    room.viewing.hear(TicketRefused(camera_id=CAMERA, reason="burnt"))
    await room.city.settle()
    assert await room.acts() == ["asked", "began", "ended"]
    entries = await room.viewings()
    assert {entry.payload["ticket"] for entry in entries} == {ticket_mark(ticket)}
    assert entries[-1].payload["seconds"] == 12.3
    assert len(await room.city.journal(EntryKind.SECURITY)) == 1
    assert len(room.viewing.open_viewings) == 0
