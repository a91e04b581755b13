"""Evidence packages from the order to the file, with real clips: two persons, the register, rights, restarts."""

import asyncio
import datetime as dt
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from backend_client import evidence
from backend_client.errors import Refused
from contract.evidence import EvidenceKeyFacts, EvidenceList, EvidencePackage, EvidencePart, EvidenceState
from contract.footage import LockRequest
from contract.masks import Mask, MaskChange
from contract.rights import Grant, Level, Scope
from tests.backend.api.evidence_room import SECONDS, EvidenceRoom
from tests.backend.api.serving import serve
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes
from tests.video.footage.films import NOON, record
from video.evidence.verifier.judging import check
from video.footage.places import sealed_folder

CORNER = Mask(id="m", corners=((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[EvidenceRoom]:
    """An hour after the recordings."""
    city = TwoCommunes()
    city.clock.jump(NOON + 3600 - city.clock.now().timestamp())
    city.evidence = city.evidence_desk()
    city.media.listen(city.evidence.hear)
    await city.start()
    async with serve(city) as served:
        made = EvidenceRoom(served, tmp_path / "footage")
        await made.open()
        yield made
        await made.close()
    await city.close()


async def fetched(room: EvidenceRoom, package: EvidencePackage, folder: Path) -> Path:
    """The package as it arrives."""
    target = folder / package.file_name
    await evidence.fetch(room.asker, package, target)
    return target


async def test_two_persons_order_a_package_and_anybody_can_verify_it(room: EvidenceRoom, tmp_path: Path) -> None:
    room.record()
    ordered = await room.order()
    assert ordered.approved_by == "second"
    ready = await room.until(ordered.id, EvidenceState.READY)
    assert (ready.clips, ready.gaps, ready.is_masked, ready.detail) == (3, 0, False, "")
    package = await fetched(room, ready, tmp_path)
    fingerprint = (await room.asker.get("/evidence-key", EvidenceKeyFacts)).fingerprint
    report = check(package, fingerprint)
    assert report.exit_code == 0, report.findings
    with zipfile.ZipFile(package) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        clips = [name for name in archive.namelist() if name.startswith("clips/")]
        recorded = sorted(room.footage.glob("cameras/*/*/*.mp4"))
        assert [archive.read(name) for name in clips] == [path.read_bytes() for path in recorded]
    assert (manifest["requisition"], manifest["requested_by"], manifest["approved_by"]) == (
        "PV 2026/1234",
        "asker",
        "second",
    )
    assert manifest["cameras"][0]["code"] == room.camera.code
    assert [clip["is_original"] for clip in manifest["clips"]] == [True, True, True]
    assert not (room.desk.path(room.desk.all()[0]).parent / "clips").exists()


async def test_the_register_is_written_before_pictures_leave_and_stands_in_the_manifest(
    room: EvidenceRoom, tmp_path: Path
) -> None:
    room.record()
    ready = await room.until((await room.order()).id, EvidenceState.READY)
    package = await fetched(room, ready, tmp_path)
    entries = await room.register(ready.id)
    acts = [entry.payload["act"] for entry in entries]
    assert acts[:5] == ["evidence_asked", "asked", "evidence_extracted", "evidence_ready", "asked"]
    assert [entry.payload.get("step") for entry in entries if entry.payload["act"] == "asked"] == ["extract", "fetch"]
    for entry in entries:
        assert entry.asset_id == room.camera.id
        assert (entry.payload["reason"], entry.payload["requisition"]) == ("vol", "PV 2026/1234")
    with zipfile.ZipFile(package) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    told = {fact["seq"]: fact["hash"] for fact in manifest["journal"]}
    assert {entry.seq: entry.hash for entry in entries[:3]}.items() <= told.items()
    assert {fact["payload"]["event"] for fact in manifest["journal"] if fact["kind"] == "approval"} == {
        "requested",
        "approved",
        "used",
    }


async def test_without_the_second_person_it_waits_and_builds_once_he_agrees(room: EvidenceRoom) -> None:
    room.record()
    asked = await room.ask_second(room.wish())
    waiting = await room.asker.post_for("/evidence", asked, EvidencePackage)
    assert waiting.state is EvidenceState.WAITING
    assert not room.builds
    with pytest.raises(Refused, match="two persons"):
        await room.asker.post_for(f"/approvals/{asked.approval_id}/approve", None, EvidencePackage)
    await room.agree(asked)
    assert (await room.until(asked.id, EvidenceState.READY)).approved_by == "second"


async def test_an_approval_that_never_comes_ends_the_wait_in_words(room: EvidenceRoom) -> None:
    asked = await room.ask_second(room.wish())
    await room.asker.post_for("/evidence", asked, EvidencePackage)
    room.city.clock.pass_time(301)
    failed = await room.until(asked.id, EvidenceState.FAILED)
    assert "no second person agreed" in failed.detail
    assert not room.builds


async def test_what_was_agreed_is_what_is_built_and_nothing_else(room: EvidenceRoom) -> None:
    asked = await room.ask_second(room.wish())
    await room.agree(asked)
    longer = msgspec.structs.replace(
        asked, parts=(msgspec.structs.replace(asked.parts[0], until=asked.parts[0].until + dt.timedelta(hours=0.5)),)
    )
    with pytest.raises(Refused, match="not what was approved"):
        await room.asker.post_for("/evidence", longer, EvidencePackage)
    with pytest.raises(Refused, match="no such request"):
        await room.asker.post_for("/evidence", room.wish(approval_id="made up"), EvidencePackage)
    await room.asker.post_for("/evidence", asked, EvidencePackage)
    with pytest.raises(Refused, match="used already"):
        await room.asker.post_for("/evidence", room.wish(approval_id=asked.approval_id), EvidencePackage)


async def test_asked_twice_it_is_built_once(room: EvidenceRoom) -> None:
    room.record()
    asked = await room.ask_second(room.wish())
    await room.agree(asked)
    twice = [room.asker.post_for("/evidence", asked, EvidencePackage) for _ in range(2)]
    assert len({one.id for one in await asyncio.gather(*twice)}) == 1
    await room.until(asked.id, EvidenceState.READY)
    assert len(room.builds) == 1
    other = msgspec.structs.replace(asked, reason="another")
    with pytest.raises(Refused, match="another package"):
        await room.asker.post_for("/evidence", other, EvidencePackage)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"parts": ()}, "1 to 64 cameras"),
        ({"requisition": " "}, "requisition"),
        ({"requisition": "a\nb"}, "requisition"),
        ({"reason": ""}, "say why"),
        ({"lock_id": "no-such"}, "no seal"),
        ({"id": "../../etc"}, "UUID"),
        ({"id": "{0B9B0A3E-4F0E-4C5E-9C8E-0F3A3AD8A001}"}, "UUID"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(room: EvidenceRoom, more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        await room.asker.post_for("/evidence", room.wish(**more), EvidencePackage)
    future = dt.datetime.fromtimestamp(NOON + 7200, dt.UTC)
    part = EvidencePart(camera_id=room.camera.id, since=future, until=future + dt.timedelta(hours=1))
    with pytest.raises(Refused, match="lies in the past"):
        await room.asker.post_for("/evidence", room.wish(parts=(part,)), EvidencePackage)


async def test_only_who_manages_every_camera_of_it_orders_sees_or_fetches_it(
    room: EvidenceRoom, tmp_path: Path
) -> None:
    room.record()
    foreign = room.city.camera(QUETIGNY).id
    room.record(camera_id=foreign)
    ready = await room.until((await room.order(room.wish(cameras=(room.camera.id, foreign)))).id, EvidenceState.READY)
    await room.city.account("dijon", [Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,)))])
    await room.city.account("sees", [Grant(level=Level.OPERATE)])
    for name in ("dijon", "sees"):
        session = await room.served.login(name)
        with pytest.raises(Refused):
            await session.post_for("/evidence", room.wish(cameras=(room.camera.id, foreign)), EvidencePackage)
        for path in ("", "/file"):
            with pytest.raises(Refused):
                await session.get_bytes(f"/evidence/{ready.id}{path}")
        with pytest.raises(Refused):
            await session.delete(f"/evidence/{ready.id}")
        if name == "dijon":
            assert (await session.get("/evidence", EvidenceList)).total == 0
    assert (await room.asker.get("/evidence", EvidenceList)).total == 1
    steps = [entry.payload.get("step") for entry in await room.register(ready.id)]
    assert "fetch" not in steps


async def test_a_masked_camera_leaves_masked_and_masks_drawn_meanwhile_count(
    room: EvidenceRoom, tmp_path: Path
) -> None:
    room.record(file_s=600)
    room.is_deaf = True
    ordered = await room.order()
    while not room.builds:
        await asyncio.sleep(0.01)
    configurer = await room.city.account("configurer", [Grant(level=Level.CONFIGURE)])
    masks = room.city.viewing.masks
    await masks.change(room.camera, MaskChange(version=0, masks=(CORNER,)), by=configurer)
    room.is_deaf = False
    room.clips.build(room.builds[0])
    ready = await room.until(ordered.id, EvidenceState.READY)
    assert [command.parts[0].masks for command in room.builds] == [(), (CORNER,)]
    assert ready.is_masked
    package = await fetched(room, ready, tmp_path)
    with zipfile.ZipFile(package) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    (clip,) = manifest["clips"]
    assert not clip["is_original"]
    assert clip["masks_burnt_in"][0]["corners_millionths"] == [[0, 0], [500000, 0], [500000, 500000]]
    assert "Privacy masks" in clip["why_reencoded"]
    fetches = [entry for entry in await room.register(ready.id) if entry.payload.get("step") == "fetch"]
    assert fetches[0].payload["package_is_masked"] is True


async def test_cancelled_it_pauses_and_resumed_it_ends(room: EvidenceRoom) -> None:
    room.record()
    room.is_deaf = True
    ordered = await room.order()
    while not room.builds:
        await asyncio.sleep(0.01)
    paused = await room.second.post_for(f"/evidence/{ordered.id}/cancel", None, EvidencePackage)
    assert (paused.state, paused.detail) == (EvidenceState.PAUSED, "second cancelled it")
    with pytest.raises(Refused, match="paused"):
        await room.asker.post_for(f"/evidence/{ordered.id}/cancel", None, EvidencePackage)
    room.is_deaf = False
    await room.asker.post_for(f"/evidence/{ordered.id}/resume", None, EvidencePackage)
    await room.until(ordered.id, EvidenceState.READY)
    acts = [entry.payload["act"] for entry in await room.register(ordered.id)]
    assert acts.count("evidence_cancelled") == acts.count("evidence_resumed") == 1


async def test_backend_and_media_process_may_die_at_any_step(room: EvidenceRoom, tmp_path: Path) -> None:
    room.record()
    room.is_deaf = True
    ordered = await room.order()
    while not room.builds:
        await asyncio.sleep(0.01)
    await room.restart()
    while len(room.builds) < 2:
        await asyncio.sleep(0.01)
    room.is_deaf = False
    await room.restart_media()
    ready = await room.until(ordered.id, EvidenceState.READY)
    await room.restart()
    assert room.shown(ordered.id) == ready
    assert check(room.desk.path(room.desk.all()[0]), ready.key_fingerprint).exit_code == 0
    room.desk.path(room.desk.all()[0]).unlink()
    await room.restart()
    assert room.shown(ordered.id).state is EvidenceState.FAILED
    assert "gone from the disk" in room.shown(ordered.id).detail


async def test_who_lost_his_right_meanwhile_gets_nothing(room: EvidenceRoom) -> None:
    room.record()
    asked = await room.ask_second(room.wish())
    await room.asker.post_for("/evidence", asked, EvidencePackage)
    await room.city.identity.set_grants("asker", (Grant(level=Level.VIEW),), by="system")
    await room.agree(asked)
    failed = await room.until(asked.id, EvidenceState.FAILED)
    assert "right" in failed.detail
    assert not room.builds


async def test_nothing_recorded_is_told(room: EvidenceRoom) -> None:
    failed = await room.until((await room.order()).id, EvidenceState.FAILED)
    assert "nothing was recorded" in failed.detail


async def test_a_package_is_destroyed_after_thirty_days_with_proof_and_no_clock_jump_hastens_it(
    room: EvidenceRoom,
) -> None:
    room.record()
    ready = await room.until((await room.order()).id, EvidenceState.READY)
    path = room.desk.path(room.desk.all()[0])
    room.city.clock.jump(40 * 86_400)
    await room.desk.look()
    assert path.exists()
    room.city.clock.jump(-40 * 86_400)
    room.city.clock.pass_time(29.9 * 86_400)
    await room.desk.look()
    assert path.exists()
    room.city.clock.pass_time(0.2 * 86_400)
    await room.desk.look()
    assert not path.parent.exists()
    assert room.desk.get(ready.id) is None
    last = (await room.register(ready.id))[-2:]
    assert [entry.payload["act"] for entry in last] == ["evidence_expired", "evidence_destroyed"]
    assert last[1].payload["left"] == 0
    assert not await room.city.storage.records("evidence")


async def test_a_package_is_destroyed_on_demand(room: EvidenceRoom) -> None:
    room.record()
    ready = await room.until((await room.order()).id, EvidenceState.READY)
    path = room.desk.path(room.desk.all()[0])
    await room.asker.delete(f"/evidence/{ready.id}")
    assert not path.exists()
    with pytest.raises(Refused, match="No such evidence package"):
        await room.asker.get(f"/evidence/{ready.id}", EvidencePackage)
    assert (await room.register(ready.id))[-1].actor == "system"
    assert (await room.register(ready.id))[-2].actor == "asker"


async def test_a_fetch_goes_on_where_it_was_cut_and_each_part_is_in_the_register(
    room: EvidenceRoom, tmp_path: Path
) -> None:
    room.record()
    ready = await room.until((await room.order()).id, EvidenceState.READY)
    whole = room.desk.path(room.desk.all()[0]).read_bytes()
    target = tmp_path / "fetched.zip"
    target.with_name("fetched.zip.part").write_bytes(whole[:1000])
    told: list[tuple[int, int]] = []
    await evidence.fetch(room.asker, ready, target, lambda done, total: told.append((done, total)))
    assert target.read_bytes() == whole
    assert told[-1] == (len(whole), len(whole))
    headers = {"Authorization": f"Bearer {room.asker.access_token}"}
    url = f"{room.served.url}/api/v1/evidence/{ready.id}/file"
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.get(url, headers={"Range": "bytes=10-19"}) as part:
            assert (part.status, await part.read()) == (206, whole[10:20])
            assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
        async with http.get(url, headers={"Range": "bytes=-5"}) as part:
            assert (part.status, await part.read()) == (206, whole[-5:])
        async with http.get(url, headers={"Range": f"bytes={len(whole)}-"}) as part:
            assert part.status == 416
        async with http.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'}) as part:
            assert (part.status, await part.read()) == (200, whole)
        async with http.get(url, headers={"Range": "bytes=x"}) as part:
            assert part.status == 416
    steps = [entry.payload.get("step") for entry in await room.register(ready.id)]
    assert steps.count("fetch") >= 5


async def test_a_part_that_is_another_package_is_noticed(room: EvidenceRoom, tmp_path: Path) -> None:
    room.record()
    ready = await room.until((await room.order()).id, EvidenceState.READY)
    (tmp_path / "x.zip.part").write_bytes(b"rubbish" * 10)
    with pytest.raises(Exception, match="did not arrive"):
        await evidence.fetch(room.asker, ready, tmp_path / "x.zip")
    await evidence.fetch(room.asker, ready, tmp_path / "x.zip")
    assert check(tmp_path / "x.zip", ready.key_fingerprint).exit_code == 0


async def test_a_sealed_extraction_gives_evidence_after_the_recordings_are_gone(room: EvidenceRoom) -> None:
    asked = room.wish()
    part = asked.parts[0]
    lock = LockRequest(
        camera_ids=(room.camera.id,),
        since=part.since,
        until=part.until,
        reason="vol",
        expires_at=room.city.clock.now() + dt.timedelta(days=90),
        approval_id="",
    )
    seals = room.city.footage.seals
    made = await seals.make(lock, by="asker", approved_by="second")
    while (seal := seals.get(made.id)) is None or seal.state != "sealed":
        await asyncio.sleep(0.01)
    record(sealed_folder(room.footage, made.id), room.camera.id, seconds=SECONDS)
    ready = await room.until((await room.order(room.wish(lock_id=made.id))).id, EvidenceState.READY)
    assert ready.clips == 1
    beyond = msgspec.structs.replace(part, until=part.until + dt.timedelta(minutes=1))
    with pytest.raises(Refused, match="no seal"):
        await room.asker.post_for("/evidence", room.wish(lock_id=made.id, parts=(beyond,)), EvidencePackage)
