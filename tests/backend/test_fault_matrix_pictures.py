"""Fault matrix, pictures: F48 by camera and commune on every path that speaks of cameras, however it is composed."""

import datetime as dt
import functools
import re
from collections.abc import AsyncIterator

import aiohttp
import msgspec
import pytest

from backend.api.route import Route
from backend.api.routes import ROUTES
from backend.api.stream.subscriber import Subscriber
from backend.ports import JournalQuery
from contract.api import ApprovalRequest, ViewRequest
from contract.assets import Asset
from contract.evidence import EvidencePart, EvidenceRequest
from contract.footage import (
    BookmarkRequest,
    FootageRequest,
    FootageSpan,
    LockRequest,
    PlanChange,
    PurposeRequest,
    RecordingMode,
    RecordingPlan,
    StillRequest,
)
from contract.journal import EntryKind
from contract.leases import LeaseRequest
from contract.masks import LiftRequest, Mask, MaskChange
from contract.media import (
    FootageListed,
    IssueFootageTicket,
    IssueTicket,
    ListFootage,
    MediaCommand,
    MediaEvent,
    TakeStill,
)
from contract.rights import Grant, Level, Scope, User
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

UUID = "00000000-0000-4000-8000-000000000001"
FACADE = Mask(id="m1", name="façade", corners=((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)))


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    """The small city's API, listening."""
    city = TwoCommunes()
    await city.start()
    async with serve(city) as listening:
        yield listening
    await city.close()


def _bodies(city: TwoCommunes, *camera_ids: int) -> dict[type, object]:
    """One that would be taken, of each kind that names a camera or goes to one."""
    now = city.clock.now()
    since = now - dt.timedelta(hours=1)
    return {
        ViewRequest: ViewRequest(),
        FootageRequest: FootageRequest(since=since, until=now),
        StillRequest: StillRequest(at=since),
        LeaseRequest: LeaseRequest(),
        BookmarkRequest: BookmarkRequest(at=since, label="chute"),
        MaskChange: MaskChange(version=0, masks=(FACADE,)),
        LiftRequest: LiftRequest(reason="réquisition", approval_id=UUID),
        PlanChange: PlanChange(camera_ids=camera_ids, plan=RecordingPlan(mode=RecordingMode.CONTINUOUS)),
        LockRequest: LockRequest(
            camera_ids=camera_ids,
            since=since,
            until=now,
            reason="plainte",
            expires_at=now + dt.timedelta(days=90),
            approval_id=UUID,
        ),
        EvidenceRequest: EvidenceRequest(
            id=UUID,
            parts=tuple(EvidencePart(camera_id=camera_id, since=since, until=now) for camera_id in camera_ids),
            requisition="PV 12",
            reason="plainte",
            approval_id=UUID,
        ),
    }


def _names_cameras(route: Route) -> bool:
    fields: set[str] = set()
    if isinstance(route.body, type) and issubclass(route.body, msgspec.Struct):
        fields = {field.name for field in msgspec.structs.fields(route.body)}
    return bool(fields & {"camera_ids", "parts", "camera_id"})


PATH_ROUTES = [route for route in ROUTES if "{camera_id}" in route.path]
BODY_ROUTES = [route for route in ROUTES if _names_cameras(route) and "{camera_id}" not in route.path]


async def _headers(served: ServedCity, name: str) -> dict[str, str]:
    session = await served.login(name)
    await session.put("/viewing-purpose", PurposeRequest(reason="rixe"))
    return {"Authorization": f"Bearer {session.access_token}", "Content-Type": "application/json"}


async def _chief_of_quetigny(served: ServedCity) -> dict[str, str]:
    await served.city.account("quetigny", [Grant(level=Level.CONFIGURE, scope=Scope(communes=(QUETIGNY,)))])
    return await _headers(served, "quetigny")


def _url(served: ServedCity, route: Route, camera_id: int) -> str:
    path = re.sub(r"\{(\w+)\}", lambda part: str(camera_id) if part[1] == "camera_id" else UUID, route.path)
    now = served.city.clock.now()
    since, until = ((now - dt.timedelta(hours=hours)).isoformat().replace("+00:00", "Z") for hours in (1, 0))
    asked = f"?since={since}&until={until}" if route.path.endswith("/footage") else ""
    return f"{served.url}/api/v1{path}{asked}"


async def test_f48_a_camera_of_another_commune_does_not_exist_on_any_path(served: ServedCity) -> None:
    headers = await _chief_of_quetigny(served)
    city = served.city
    bodies = _bodies(city)
    assert len(PATH_ROUTES) >= 12
    async with aiohttp.ClientSession(headers=headers) as http:
        for route in PATH_ROUTES:
            body = None if route.method in {"GET", "DELETE"} else msgspec.json.encode(bodies[route.body])
            answers: dict[int, str] = {}
            for camera_id in (city.camera(DIJON).id, 999_999):
                async with http.request(route.method, _url(served, route, camera_id), data=body) as response:
                    assert response.status == 404, (route.method, route.path, await response.text())
                    answers[camera_id] = await response.text()
            assert len(set(answers.values())) == 1, f"{route.path} tells what exists from what does not"
    assert not [told for told in city.media.told if isinstance(told, IssueTicket | IssueFootageTicket | TakeStill)]
    entries = await city.storage.journal(JournalQuery(asset_id=city.camera(DIJON).id, actor="quetigny"))
    assert not entries, "nothing is entered for what was never shown"


async def test_f48_one_foreign_camera_among_ones_own_is_one_too_many(served: ServedCity) -> None:
    headers = await _chief_of_quetigny(served)
    city = served.city
    assert {route.path for route in BODY_ROUTES} >= {"/recordings", "/footage-locks", "/evidence"}
    own, foreign = city.camera(QUETIGNY).id, city.camera(DIJON).id
    async with aiohttp.ClientSession(headers=headers) as http:
        for route in BODY_ROUTES:
            for camera_ids in ((foreign,), (own, foreign), (own, 999_999)):
                body = msgspec.json.encode(_bodies(city, *camera_ids)[route.body])
                async with http.request(route.method, _url(served, route, foreign), data=body) as response:
                    text = await response.text()
                    assert response.status in {403, 404}, (route.path, camera_ids, text)
                    assert DIJON not in text, route.path


async def test_f48_no_list_no_count_and_no_search_names_a_foreign_camera(served: ServedCity) -> None:
    city = served.city
    await city.account("chief")
    await city.account("marie")
    both = (city.camera(DIJON).id, city.camera(QUETIGNY).id)
    city.media.answer = _recorded
    chief = await _headers(served, "chief")
    second = await served.login("marie")
    bodies = _bodies(city, *both)
    async with aiohttp.ClientSession(headers=chief) as http:
        await _done(http, "PUT", f"{served.url}/api/v1/recordings", bodies[PlanChange])
        for camera_id in both:
            url = f"{served.url}/api/v1/cameras/{camera_id}"
            await _done(http, "POST", f"{url}/bookmarks", bodies[BookmarkRequest])
            await _done(http, "PUT", f"{url}/masks", bodies[MaskChange])
        two_persons: tuple[tuple[str, str, type], ...] = (
            ("footage-locks", "lock_footage", LockRequest),
            ("evidence", "extract_evidence", EvidenceRequest),
        )
        for path, act, kind in two_persons:
            request = bodies[kind]
            payload: dict[str, object] = msgspec.to_builtins(request)
            payload.pop("approval_id")
            if kind is EvidenceRequest:
                payload.pop("id")
            agreed = ApprovalRequest(act=act, payload=payload, reason="plainte")
            approval = await _done(http, "POST", f"{served.url}/api/v1/approvals", agreed)
            await second.post(f"/approvals/{approval['id']}/approve", None)
            whole = msgspec.to_builtins(request) | {"approval_id": approval["id"]}
            await _done(http, "POST", f"{served.url}/api/v1/{path}", whole)
    lists = [
        "/recordings",
        "/footage-locks",
        "/evidence",
        f"/cameras/{both[1]}/bookmarks",
        "/cameras/near?lon=5.04&lat=47.32&count=16",
        f"/footage/nearest?lon=5.04&lat=47.32&at={city.clock.now().isoformat().replace('+00:00', 'Z')}",
        "/assets?class=camera",
        "/assets/near?class=camera&lon=5.04&lat=47.32",
        "/places?text=CAM",
        "/journal",
        "/wall-layouts",
        "/alarms",
    ]
    async with aiohttp.ClientSession(headers=chief) as http:
        for path in (path for path in lists if path not in {"/wall-layouts", "/alarms", lists[3]}):
            async with http.get(f"{served.url}/api/v1{path}") as response:
                text = await response.text()
                assert _names(text, city.camera(DIJON)), (path, text)
    headers = await _chief_of_quetigny(served)
    async with aiohttp.ClientSession(headers=headers) as http:
        for path in lists:
            async with http.get(f"{served.url}/api/v1{path}") as response:
                text = await response.text()
                assert response.status == 200, (path, text)
                assert not _names(text, city.camera(DIJON)), (path, text)
        for path in ("/footage-locks", "/evidence"):
            async with http.get(f"{served.url}/api/v1{path}") as response:
                answer = await response.json()
                assert (answer["items"], answer["total"]) == ([], 0), f"{path}: one camera of two is not all of it"
        look = {"lon": 5.04, "lat": 47.32}
        async with http.post(f"{served.url}/api/v1/cameras/look", data=msgspec.json.encode(look)) as response:
            assert DIJON not in await response.text()


def _names(text: str, camera: Asset) -> bool:
    """Whether an answer speaks of this camera, by its code or by its number."""
    numbers = rf'"(?:camera_id|asset_id|id)":{camera.id}[,}}]|"camera_ids":\[(?:\d+,)*{camera.id}[,\]]'
    return camera.code in text or re.search(numbers, text) is not None


def _recorded(command: MediaCommand) -> MediaEvent | None:
    """Every camera is recorded without a hole."""
    if not isinstance(command, ListFootage):
        return None
    return FootageListed(id=command.id, spans=(FootageSpan(since=command.since, until=command.until),))


async def _done(http: aiohttp.ClientSession, method: str, url: str, body: object) -> dict[str, object]:
    async with http.request(method, url, data=msgspec.json.encode(body)) as response:
        text = await response.text()
        assert response.status < 300, (method, url, text)
        return msgspec.json.decode(text or "{}", type=dict[str, object])


async def test_f48_who_holds_a_foreign_head_and_what_it_masks_is_not_told_on_the_stream(served: ServedCity) -> None:
    city = served.city
    people: dict[str, User] = {}
    for commune in (DIJON, QUETIGNY):
        people[commune] = await city.account(commune, [Grant(level=Level.OPERATE, scope=Scope(communes=(commune,)))])
    seats = {name: Subscriber(city.session(user), functools.partial(_same, user)) for name, user in people.items()}
    for seat in seats.values():
        city.hub.audience.join(seat)
        city.hub.watch(seat, [city.camera(DIJON).id])
        while seat.take() is not None:
            pass
    await city.leases.act(city.camera(DIJON), "take", by=people[DIJON], session="")
    city.viewing.masks.show([city.camera(DIJON).id])
    city.hub.flush_window()
    told = {name: b"".join(_frames(seat)) for name, seat in seats.items()}
    assert b"ptz_holder" in told[DIJON]
    assert told[QUETIGNY] == b""


def _same(user: User) -> User:
    return user


def _frames(seat: Subscriber) -> list[bytes]:
    frames: list[bytes] = []
    while (frame := seat.take()) is not None:
        frames.append(frame)
    return frames


async def test_f48_the_journal_of_masks_and_heads_follows_the_camera(served: ServedCity) -> None:
    city = served.city
    chief = await city.account("chief")
    await city.leases.act(city.camera(DIJON), "take", by=chief, session="")
    headers = await _chief_of_quetigny(served)
    async with aiohttp.ClientSession(headers=headers) as http:
        for kind in (EntryKind.LEASE, EntryKind.MASK, EntryKind.VIEWING):
            async with http.get(f"{served.url}/api/v1/journal?kinds={kind.value}") as response:
                items = (await response.json())["items"]
                assert not [item for item in items if item["asset_id"] == city.camera(DIJON).id]
