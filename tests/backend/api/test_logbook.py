"""Notes of the logbook: written once, found again, with pictures, within rights."""

import uuid

import cv2
import numpy as np
import pytest

from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import JournalPage
from contract.journal import EntryKind
from contract.logbook import MOST_PICTURES, LogbookNote, LogbookPage, NotePicture, NoteRequest
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes


def photo(level: int = 90) -> bytes:
    _is_done, content = cv2.imencode(".jpg", np.full((48, 64, 3), level, dtype=np.uint8))
    return content.tobytes()


async def someone(
    served: ServedCity, city: TwoCommunes, name: str, level: Level = Level.OPERATE, commune: str = ""
) -> Session:
    scope = Scope(communes=(commune,)) if commune else Scope()
    await city.account(name, (Grant(level=level, scope=scope),))
    return await served.login(name)


async def write(session: Session, text: str, **more: object) -> LogbookNote:
    wanted = NoteRequest(id=str(uuid.uuid4()), text=text, **more)  # type: ignore[arg-type] # as asked
    return await session.post_for("/notes", wanted, LogbookNote)


async def test_a_note_is_found_again_by_its_words_its_incident_and_its_asset(
    served: ServedCity, city: TwoCommunes
) -> None:
    leila = await someone(served, city, "leila")
    lamp = city.lamps()[0]
    await write(leila, "La préfecture a appelé", incident="SDIS 21-0042")
    await write(leila, "mast leans", asset_id=lamp.id)
    assert [note.text for note in (await leila.get("/notes", LogbookPage)).items] == [
        "mast leans",
        "La préfecture a appelé",
    ]
    for filters in ({"words": "PREFECTURE appele"}, {"incident": "21-0042"}):
        assert [note.incident for note in (await leila.get("/notes", LogbookPage, filters)).items] == ["SDIS 21-0042"]
    about = (await leila.get("/notes", LogbookPage, {"asset_id": lamp.id})).items
    assert [note.text for note in about] == ["mast leans"]
    first = await leila.get("/notes", LogbookPage, {"limit": 1})
    older = await leila.get("/notes", LogbookPage, {"limit": 1, "cursor": first.next})
    assert [note.text for note in older.items] == ["La préfecture a appelé"]
    entries = (await leila.get("/journal", JournalPage, {"asset_id": lamp.id, "kinds": "note"})).items
    assert [entry.payload["text"] for entry in entries] == ["mast leans"]


async def test_a_note_on_an_alarm_is_on_its_asset(served: ServedCity, city: TwoCommunes) -> None:
    leila = await someone(served, city, "leila")
    cabinet = city.cabinet(DIJON)
    await city.say(Reading(cabinet.id, "cabinetDoorOpen", True))
    alarm = city.alarms.get(alarm_number(cabinet.id, "cabinetDoorOpen"))
    assert alarm is not None
    note = await write(leila, "the guard is on his way", alarm_id=alarm.id)
    assert (note.alarm_id, note.asset_id) == (alarm.id, cabinet.id)
    with pytest.raises(Refused, match="No such alarm"):
        await write(leila, "another asset", alarm_id=alarm.id, asset_id=city.lamps()[0].id)


async def test_asked_twice_it_is_written_once(served: ServedCity, city: TwoCommunes) -> None:
    leila = await someone(served, city, "leila")
    wanted = NoteRequest(id=str(uuid.uuid4()), text="once")
    first = await leila.post_for("/notes", wanted, LogbookNote)
    assert await leila.post_for("/notes", wanted, LogbookNote) == first
    with pytest.raises(Refused, match="was used for another"):
        await leila.post_for("/notes", NoteRequest(id=wanted.id, text="other"), LogbookNote)
    assert len((await leila.get("/notes", LogbookPage)).items) == 1


async def test_a_note_stays_within_rights(served: ServedCity, city: TwoCommunes) -> None:
    leila = await someone(served, city, "leila")
    local = await someone(served, city, "local", commune=DIJON)
    viewer = await someone(served, city, "viewer", Level.VIEW)
    far, near = city.lamps(QUETIGNY)[0], city.lamps(DIJON)[0]
    await write(leila, "far away", asset_id=far.id)
    await write(leila, "next door", asset_id=near.id)
    assert [note.text for note in (await local.get("/notes", LogbookPage)).items] == ["next door"]
    with pytest.raises(Refused, match="No such asset"):
        await write(local, "x", asset_id=far.id)
    with pytest.raises(Refused, match="right to operate"):
        await viewer.get("/notes", LogbookPage)
    seen = await viewer.get("/journal", JournalPage, {"asset_id": near.id})
    assert EntryKind.NOTE not in {entry.kind for entry in seen.items}


async def test_pictures_come_with_the_note_that_took_them(served: ServedCity, city: TwoCommunes) -> None:
    leila = await someone(served, city, "leila")
    marc = await someone(served, city, "marc")
    picture = await leila.post_file("/notes/pictures?name=mast.jpg", photo(), NotePicture)
    with pytest.raises(Refused, match="not there any more"):
        await write(marc, "mine?", pictures=(picture.id,))
    note = await write(leila, "the mast", pictures=(picture.id,))
    assert note.pictures == (picture,)
    path = f"/notes/{note.seq}/pictures/{picture.id}"
    assert (await marc.get_bytes(path, {"size": "thumbnail"})).startswith(b"\xff\xd8\xff")
    with pytest.raises(Refused, match="not there any more"):
        await write(leila, "twice", pictures=(picture.id,))
    with pytest.raises(Refused, match="No such picture"):
        await marc.get_bytes(f"/notes/{note.seq + 1}/pictures/{picture.id}")
    entry = (await leila.get("/notes", LogbookPage, {"with_pictures": "true"})).items[0]
    assert entry.pictures[0].sha256 == picture.sha256, "the journal's chain holds what the picture was"


async def test_hostile_pictures_and_texts_are_refused_in_words(served: ServedCity, city: TwoCommunes) -> None:
    leila = await someone(served, city, "leila")
    for name, content in (("a.pdf", b"%PDF-1.7\n"), ("a.jpg", b"\xff\xd8\xffnonsense"), ("a.png", photo())):
        with pytest.raises(Refused) as refused:
            await leila.post_file(f"/notes/pictures?name={name}", content, NotePicture)
        assert refused.value.problem.status == 422
    for text in ("", "   ", "a\x00b", "x" * 2_001):
        with pytest.raises(Refused) as refused:
            await write(leila, text)
        assert refused.value.problem.status == 400
    with pytest.raises(Refused, match=f"{MOST_PICTURES} pictures"):
        await write(leila, "many", pictures=tuple(str(uuid.uuid4()) for _ in range(MOST_PICTURES + 1)))


async def test_a_restart_forgets_no_note_and_what_no_note_took_goes_after_a_day(
    served: ServedCity, city: TwoCommunes
) -> None:
    leila = await someone(served, city, "leila")
    taken = await leila.post_file("/notes/pictures?name=a.jpg", photo(), NotePicture)
    wanted = NoteRequest(id=str(uuid.uuid4()), text="with a picture", pictures=(taken.id,))
    note = await leila.post_for("/notes", wanted, LogbookNote)
    left = await leila.post_file("/notes/pictures?name=b.jpg", photo(200), NotePicture)
    logbook = city.asset_work.logbook
    city.clock.pass_time(25 * 3600)
    await logbook.load()
    leila = await served.login("leila")
    assert await leila.post_for("/notes", wanted, LogbookNote) == note
    folder = city.data_dir / "logbook"
    assert (folder / taken.sha256[:2] / taken.sha256).exists()
    assert not (folder / left.sha256[:2] / left.sha256).exists()
