"""Integrations that others install beside ours: they are found, and what is wrong with one stops nobody."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from backend.bootstrap import Backend
from backend.options import BackendOptions
from backend.ports import Unit
from backend_client.session import Session
from contract.administration import ConnectionRequest, SystemHealth
from contract.assets import Asset
from contract.devices import Binding, Connection, LinkState
from contract.points import Reading
from contract.rights import Grant, Level, User
from tests.backend.packages_of_others import ADAPTER, MANIFEST, install_integration
from tests.eventually import eventually

LAMP = Asset(id=7, code="PL-7", class_="streetlight", lon=5.04, lat=47.32, commune="21231")
GAUGE = """[[class]]
code = "rain_gauge"
label = { fr = "Pluviomètre", en = "Rain gauge" }
icon = "mdi6.weather-rainy"
service = "environment"
"""
WARNING_GAUGE = f"""{GAUGE}
[[class.points]]
name = "rain_mm"
label = {{ fr = "Pluie", en = "Rain" }}
kind = "number"
[[class.points.alarms]]
kind = "downpour"
when = "above"
limit = 20
priority = 3
label = {{ fr = "Averse", en = "Downpour" }}
guidance = {{ fr = "Surveiller.", en = "Keep an eye on it." }}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return folder


class Started:
    """A backend on the same data, and its administrator."""

    def __init__(self, data: Path) -> None:
        self.backend = Backend(BackendOptions(data_dir=data))

    async def start(self, *connections: str) -> None:
        kept = [Connection(id=name, integration=name, url="test:") for name in connections]
        bindings = {name: [Binding(asset_id=LAMP.id, address="a")] for name in connections}
        await self.backend.start()
        await self.backend.register.apply([LAMP], "system", note="a lamp")
        await self.backend.storage.commit(Unit(connections=kept, bindings=bindings))
        await self.backend.supervisor.reload()

    def link(self, name: str) -> tuple[LinkState, str]:
        found = next(link for link in self.backend.supervisor.links() if link.connection_id == name)
        return found.state, found.reason

    async def health(self) -> SystemHealth:
        """As the administration's page asks for it."""
        user = User(name="anne", person="a", display_name="A", role="r", grants=(Grant(level=Level.CONFIGURE),))
        await self.backend.identity.add_user(user, "anne-password", by="system")
        session = Session(self.backend.url)
        await session.login("anne", "anne-password")
        health = await session.get("/system-health", SystemHealth)
        await session.close()
        return health


@pytest.fixture
async def start(tmp_path: Path, site: Path) -> AsyncIterator[Callable[[], Started]]:
    made: list[Started] = []

    def again() -> Started:
        made.append(Started(tmp_path / "data"))
        return made[-1]

    yield again
    for one in made:
        await one.backend.close()
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_package_of_others_drives_its_devices(site: Path, start: Callable[[], Started]) -> None:
    install_integration(site, "rain_a", classes=GAUGE)
    city = start()
    await city.start("rain_a")
    await eventually(lambda: city.link("rain_a")[0] is LinkState.UP, "it is up")
    assert "rain_gauge" in city.backend.register.classes
    assert not [words for words in (await city.health()).troubles if "rain_a" in words]


async def test_whatever_is_wrong_with_one_is_told_and_the_others_go_on(
    site: Path, start: Callable[[], Started]
) -> None:
    install_integration(site, "rain_b")
    install_integration(site, "gone_b", package="no_such_package")
    install_integration(site, "torn_b", manifest="name = ")
    install_integration(site, "other_b", manifest=MANIFEST.format(name="somebody"))
    install_integration(site, "ours_b", manifest=MANIFEST.format(name="talq_lighting"), announced="talq_lighting")
    install_integration(site, "odd_b", package="odd_b:create")
    install_integration(site, "class_b", classes=GAUGE.replace("rain_gauge", "streetlight"))
    install_integration(site, "torn_class_b", classes="[[class")
    absent = MANIFEST.format(name="absent_b").replace("streetlight", "rain_gage")
    install_integration(site, "absent_b", classes=GAUGE, manifest=absent)
    city = start()
    await city.start("rain_b")
    await eventually(lambda: city.link("rain_b")[0] is LinkState.UP, "the sound one is up")
    told = "\n".join((await city.health()).troubles)
    for words in (
        "gone_b (no_such_package) is left out: ModuleNotFoundError",
        "torn_b (torn_b) is left out: TOMLDecodeError",
        "its manifest says somebody",
        "talq_lighting of ours_b is left out: the name is taken",
        "the entry point must read NAME",
        "the asset class streetlight of the integration class_b is left out",
        "the asset classes of the integration torn_class_b are left out",
        "the integration absent_b is for the asset class rain_gage, which there is not",
    ):
        assert words in told
    assert city.backend.supervisor.manifests()["talq_lighting"].title_en != "Trial"


async def test_nothing_of_a_package_runs_before_a_connection_asks_for_it(
    site: Path, start: Callable[[], Started]
) -> None:
    """Not even of what the package lies in: it could hold up the start of the backend, or end it."""
    (site / "outer_c").mkdir()
    (site / "outer_c" / "__init__.py").write_text("raise SystemExit(3)", "utf-8")
    (site / "outer_c" / "rain_c").mkdir()
    (site / "outer_c" / "rain_c" / "__init__.py").write_text("raise SystemExit(3)", "utf-8")
    (site / "outer_c" / "rain_c" / "manifest.toml").write_text(MANIFEST.format(name="rain_c"), "utf-8")
    install_integration(site, "rain_c", package="outer_c.rain_c")
    install_integration(site, "lost_c", package="outer_c.lost_c")
    city = start()
    await city.start()
    assert city.backend.supervisor.manifests()["rain_c"].title_en == "Trial"
    assert "lost_c (outer_c.lost_c) is left out: ModuleNotFoundError" in "\n".join((await city.health()).troubles)
    assert "outer_c" not in sys.modules


@pytest.mark.parametrize(
    ("name", "adapter", "words"),
    [
        ("fails_1", "import no_such_library", "cannot be loaded: ModuleNotFoundError"),
        ("fails_2", "1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("fails_3", "import sys\nsys.exit(3)", "wanted to end the program"),
        ("fails_4", "def", "cannot be loaded: SyntaxError"),
        ("fails_5", "x = 1", "has no attribute 'create'"),
        ("fails_6", "def create(context):\n    raise ValueError('no key')", "cannot be loaded: ValueError: no key"),
        ("fails_7", ADAPTER.replace("    async def start(self):\n        pass", ""), "does not start"),
        ("fails_8", ADAPTER.replace("return Drops(bindings, sink)", "return 7"), "adapter crashed"),
        ("fails_9", ADAPTER.replace("await asyncio.Event().wait()", "raise OSError('x')"), "adapter crashed"),
        ("fails_10", "import sys\ndef create(context):\n    sys.exit(3)", "cannot be loaded: SystemExit"),
        (
            "fails_11",
            ADAPTER.replace("async def start(self):\n        pass", "async def start(self):\n        raise SystemExit"),
            "not start",
        ),
        ("fails_12", ADAPTER.replace("await asyncio.Event().wait()", "raise SystemExit(1)"), "adapter crashed"),
    ],
)
async def test_one_that_fails_is_a_link_that_is_down(
    site: Path, start: Callable[[], Started], name: str, adapter: str, words: str
) -> None:
    install_integration(site, name, adapter)
    install_integration(site, f"well_{name}")
    city = start()
    await city.start(name, f"well_{name}")
    await eventually(lambda: words in city.link(name)[1], f"{words} is told")
    assert city.link(name)[0] is LinkState.DOWN
    await eventually(lambda: city.link(f"well_{name}")[0] is LinkState.UP, "its neighbour is up")


@pytest.mark.parametrize(
    ("name", "torn"),
    [
        (
            "stays_1",
            ADAPTER.replace("    async def close(self):\n        pass", "    async def close(self):\n        1 / 0"),
        ),
        (
            "stays_2",
            ADAPTER.replace(
                "        await asyncio.Event().wait()",
                "        try:\n            await asyncio.Event().wait()\n"
                "        except asyncio.CancelledError:\n            return",
            ),
        ),
    ],
)
async def test_one_that_does_not_close_does_not_hold_the_backend(
    site: Path, start: Callable[[], Started], name: str, torn: str
) -> None:
    install_integration(site, name, torn)
    city = start()
    await city.start(name)
    await eventually(lambda: city.link(name)[0] is LinkState.UP, "it is up")
    await city.backend.close()


async def test_one_that_cannot_be_loaded_says_so_when_it_is_tried_and_nothing_is_kept(
    site: Path, start: Callable[[], Started]
) -> None:
    install_integration(site, "fails_t", "import no_such_library")
    city = start()
    await city.start()
    wanted = ConnectionRequest(integration="fails_t", url="test:")
    told = await city.backend.administration.connections.try_out(wanted, by="anne")
    assert told.state == LinkState.REFUSED.value
    assert "no_such_library" in told.reason
    assert not city.backend.administration.connections.all()


async def test_assets_of_a_class_whose_package_was_taken_away_stay(site: Path, start: Callable[[], Started]) -> None:
    install_integration(site, "rain_d", classes=GAUGE)
    first = start()
    await first.start("rain_d")
    gauge = Asset(id=9, code="P-9", class_="rain_gauge", lon=5.04, lat=47.32, commune="21231")
    await first.backend.register.apply([gauge], "system", note="a gauge")
    await first.backend.close()
    (site / "rain_d-1.0.dist-info" / "entry_points.txt").write_text("")
    second = start()
    await second.start()
    kept = second.backend.register.get(9)
    assert kept is not None
    assert kept.code == "P-9"
    assert (await second.health()).figures
    assert "not installed" in second.link("rain_d")[1]


async def test_an_alarm_that_stood_when_the_package_of_its_class_broke_does_not_keep_the_city_from_starting(
    site: Path, start: Callable[[], Started]
) -> None:
    """One wrong word in a class file costs that class its points and rules, never the control room."""
    install_integration(site, "rain_e", classes=WARNING_GAUGE)
    first = start()
    await first.start("rain_e")
    gauge = Asset(id=9, code="P-9", class_="rain_gauge", lon=5.04, lat=47.32, commune="21231")
    await first.backend.register.apply([gauge], "system", note="a gauge")
    first.backend.intake.own_sink([9]).report([Reading(9, "rain_mm", 50.0)])
    await eventually(lambda: any(alarm.asset_id == 9 for alarm in first.backend.alarms.standing()), "it rains")
    await first.backend.close()
    (site / "rain_e" / "asset_classes.toml").write_text(WARNING_GAUGE.replace("above", "higher"))
    second = start()
    await second.start()
    health = await second.health()
    assert "class rain_gauge, point rain_mm" in "\n".join(health.troubles)
    assert second.backend.live.points_of(9) == {}
    assert second.backend.alarms.rules.classes()
