"""An administrator brings cameras in: a file of them is tried one by one, and what works is added."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web

import backend
from backend.devkit.clock import SystemClock
from backend.devkit.tasks import Tasks
from backend.integrations.onvif_camera.simulator import SimulatedOnvifCamera, simulated_camera_routes
from backend.services.integration_catalogue import FolderCatalogue
from backend.services.onboarding.desk import CameraOnboarding, OnboardingRefused
from backend.services.supervisor import Supervisor
from backend.storage.vault import EncryptedVault
from contract.devices import LinkState
from contract.media import MediaCommand, ProbeStream, StreamProbed
from contract.onboarding import CameraToAdd, Onboarding
from tests.backend.services.rig import SmallCity
from tests.eventually import eventually

PASSWORD = "canary-2261-tanneries"
ADMIN = "root"


class ScriptedProber:
    """The media process: every stream brings pictures but those it was told of."""

    def __init__(self) -> None:
        self.dark: set[str] = set()
        self.passwords: list[str] = []

    async def ask(self, command: MediaCommand, key: str, kind: type[StreamProbed], *, within_s: float) -> StreamProbed:
        assert isinstance(command, ProbeStream)
        self.passwords.append(command.password)
        if any(code in command.url for code in self.dark):
            return StreamProbed(id=key, trouble="stalled", detail="nothing for 3 s")
        return StreamProbed(id=key, codec="h264", width=640, height=360)


class Town:
    """Simulated cameras behind one port, and the desk that brings them in."""

    def __init__(self, city: SmallCity, base_url: str, cameras: Mapping[str, SimulatedOnvifCamera], data: Path) -> None:
        self.city = city
        self.base_url = base_url
        self.cameras = cameras
        self.prober = ScriptedProber()
        self.vault = EncryptedVault(city.storage, data)
        catalogue = FolderCatalogue(Path(backend.__file__).parent / "integrations")
        self.supervisor = Supervisor(city.storage, SystemClock(), city.devices, city.intake, catalogue, self.vault.read)
        self.desk = CameraOnboarding(
            city.storage, city.register, self.vault, self.supervisor, self.prober, SystemClock()
        )

    def url(self, code: str) -> str:
        return f"{self.base_url}/cameras/{code}/onvif/device_service"

    def file(self, *rows: str) -> bytes:
        return "\n".join(("code;nom;numero;lon;lat;url;utilisateur;mot_de_passe;marque", *rows)).encode()

    def row(self, code: str, number: int, password: str = PASSWORD) -> str:
        return f"{code};Place {code};{number};5.04{number:03};47.32;{self.url(code)};viewer;{password};Acme"

    async def tried(self, begun: Onboarding) -> Onboarding:
        await eventually(lambda: self.desk.of(begun.id, by=ADMIN).state != "trying", within_s=30)
        return self.desk.of(begun.id, by=ADMIN)


@pytest.fixture
async def town(tmp_path: Path, city: SmallCity) -> AsyncIterator[Town]:
    cameras: dict[str, SimulatedOnvifCamera] = {}
    application = web.Application()
    application.add_routes(simulated_camera_routes(cameras))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for number in range(30):
        code = f"N{number}"
        cameras[code] = SimulatedOnvifCamera(
            code=code,
            name=code,
            rtsp_url_sub=f"rtsp://127.0.0.1:9/{code}/sub",
            rtsp_url_main=f"rtsp://127.0.0.1:9/{code}/main",
            user="viewer",
            password=PASSWORD,
            clock=SystemClock(),
        )
    made = Town(city, f"http://127.0.0.1:{runner.addresses[0][1]}", cameras, tmp_path)
    listening = asyncio.get_running_loop().create_task(city.intake.run())
    yield made
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await made.desk.close()
    await made.supervisor.close()
    await runner.cleanup()
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_file_is_tried_row_by_row_and_each_failure_has_its_words(town: Town) -> None:
    town.prober.dark.add("/N3/")
    town.cameras["N4"].wrong_password()
    silent = f"N5;Place;5;5.04;47.32;http://127.0.0.1:9/onvif/device_service;viewer;{PASSWORD};"
    nowhere = f"N6;Place;6;;;{town.url('N6')};viewer;{PASSWORD};"
    file = town.file(*(town.row(f"N{number}", 100 + number) for number in range(5)), silent, nowhere)
    tried = await town.tried(await town.desk.begin(file, by=ADMIN))
    rows = {row.code: row for row in tried.rows}
    assert [rows[f"N{number}"].state for number in range(7)] == ["ok"] * 3 + ["failed"] * 3 + ["refused"]
    assert (rows["N0"].model, rows["N0"].picture, rows["N0"].has_ptz) == (
        "Beffroi Simulated 720p",
        "h264 640x360",
        True,
    )
    assert "no picture comes (stalled)" in rows["N3"].detail
    assert "password" in rows["N4"].detail
    assert rows["N5"].detail
    assert "no position" in rows["N6"].detail
    assert (tried.done, tried.total) == (7, 7)
    assert PASSWORD not in repr(tried) + "".join(row.detail for row in tried.rows)


async def test_what_works_is_added_connected_and_its_password_is_ciphertext_only(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.cameras["N1"].wrong_password()
    begun = await town.desk.begin(town.file(town.row("N0", 500), town.row("N1", 501)), by=ADMIN)
    await town.tried(begun)
    added = await town.desk.accept(begun.id, includes_failed=False, by=ADMIN)
    assert [row.state for row in added.rows] == ["added", "failed"]
    asset = town.city.register.find("camera", "N0")
    assert asset is not None
    assert (asset.number, asset.name, asset.extra) == (500, "Place N0", {"marque": "Acme"})
    assert town.city.register.find("camera", "N1") is None
    assert town.vault.read("camera N0") == f"viewer:{PASSWORD}"
    kept = str(await town.city.storage.secrets()) + str(await town.city.storage.connections())
    assert PASSWORD not in kept + caplog.text
    await eventually(lambda: town.city.devices.link("camera N0").state is LinkState.UP, within_s=20)
    with pytest.raises(OnboardingRefused, match="added already"):
        await town.desk.accept(begun.id, includes_failed=False, by=ADMIN)


async def test_cameras_that_run_are_not_disturbed_by_new_ones(town: Town) -> None:
    first = await town.desk.begin(town.file(town.row("N0", 500)), by=ADMIN)
    await town.tried(first)
    await town.desk.accept(first.id, includes_failed=False, by=ADMIN)
    await eventually(lambda: town.city.devices.link("camera N0").state is LinkState.UP, within_s=20)
    running = town.city.devices.adapter("camera N0")
    second = await town.desk.begin([CameraToAdd(code="N2", url=town.url("N2"), lon=5.04, lat=47.32, user="viewer",
                                                password=PASSWORD)], by=ADMIN)  # fmt: skip
    await town.tried(second)
    await town.desk.accept(second.id, includes_failed=False, by=ADMIN)
    await eventually(lambda: town.city.devices.link("camera N2").state is LinkState.UP, within_s=20)
    assert town.city.devices.adapter("camera N0") is running


async def test_two_administrators_at_once_never_bind_one_camera_twice(town: Town) -> None:
    lists = [
        (ADMIN, [CameraToAdd(code="N0", url=town.url("N0"), lon=5.04, lat=47.32, user="viewer", password=PASSWORD)]),
        ("paul", [CameraToAdd(code="N9", url=town.url("N0") + "/", lon=5.04, lat=47.32, user="viewer",
                              password=PASSWORD)]),
        ("luc", [CameraToAdd(code="N0", url=town.url("N1"), lon=5.04, lat=47.32, user="viewer", password=PASSWORD)]),
    ]  # fmt: skip
    begun = [(by, await town.desk.begin(cameras, by=by)) for by, cameras in lists]
    await eventually(lambda: all(town.desk.of(one.id, by=by).state == "tried" for by, one in begun), within_s=30)
    done = await asyncio.gather(*(town.desk.accept(one.id, includes_failed=True, by=by) for by, one in begun))
    assert [row.state for told in done for row in told.rows] == ["added", "failed", "failed"]
    assert done[1].rows[0].detail == "this camera answers behind camera N0 already"
    assert done[2].rows[0].detail.startswith("N0 is connected already")
    assert {c.id: c.url for c in await town.city.storage.connections()}.get("camera N0") == town.url("N0")
    assert "camera N9" not in {connection.id for connection in await town.city.storage.connections()}
    asset = town.city.register.find("camera", "N0")
    assert asset is not None
    bound = [one.asset_id for mine in (await town.city.storage.bindings()).values() for one in mine]
    assert bound.count(asset.id) == 1
    assert town.city.register.find("camera", "N9") is None, "no asset without a device of its own"


async def test_adding_waits_for_whoever_changes_bindings(town: Town) -> None:
    begun = await town.desk.begin(town.file(town.row("N0", 500)), by=ADMIN)
    await town.tried(begun)
    tasks = Tasks("administrator")
    async with town.supervisor.turn:
        adding = tasks.start(town.desk.accept(begun.id, includes_failed=False, by=ADMIN), name="adding")
        done, _ = await asyncio.wait([adding], timeout=0.2)
        assert not done
        assert await town.city.storage.secrets() == {}
    assert (await adding).rows[0].state == "added"
    await tasks.close()


async def test_a_list_can_be_cancelled_and_belongs_to_who_began_it(town: Town) -> None:
    for camera in town.cameras.values():
        camera.fall_silent()
    begun = await town.desk.begin(town.file(*(town.row(f"N{n}", 100 + n) for n in range(30))), by=ADMIN)
    with pytest.raises(OnboardingRefused, match="another person"):
        town.desk.of(begun.id, by="paul")
    assert town.desk.cancel(begun.id, by=ADMIN).state == "cancelled"
    with pytest.raises(OnboardingRefused, match="no camera of this list"):
        await town.desk.accept(begun.id, includes_failed=False, by=ADMIN)
    for camera in town.cameras.values():
        camera.answer_again()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "column"),
        (b"code;lon;lat\nA;5;47", "url"),
        (b"rue;lon;lat;url\nA;5;47;http://a/", "code"),
        (b"\xff\x00\xfe", "."),
        (b"code;lon;lat;url\n", "empty"),
    ],
)
async def test_a_file_that_is_none_is_refused_in_words(town: Town, content: bytes, words: str) -> None:
    with pytest.raises(OnboardingRefused, match=words):
        await town.desk.begin(content, by=ADMIN)


@pytest.mark.parametrize("url", ["ftp://x/", "http://", "http://u:p@h/", "javascript:alert(1)", "http://h:99999/"])
async def test_an_address_that_is_none_refuses_its_row_alone(town: Town, url: str) -> None:
    rows = (f"A;A;1;5.04;47.32;{url};;;", town.row("N0", 2))
    tried = await town.tried(await town.desk.begin(town.file(*rows), by=ADMIN))
    assert [row.state for row in tried.rows] == ["refused", "ok"]
