"""An asset is told which device it is: on every database, at once, and never twice."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.devkit.clock import ManualClock, SystemClock
from backend.ports import Storage, Unit
from backend.services.administration.binding_files import BindingFiles
from backend.services.administration.binding_list import BindingList
from backend.services.administration.bindings import BindingDesk
from backend.services.administration.refusal import AdministrationRefused
from backend.services.supervisor import Supervisor
from backend.storage.memory import MemoryStorage
from contract.bindings import BindingChange, BindingPage, BindingWish, DeviceStanding
from contract.devices import Connection, LinkState
from contract.journal import EntryKind
from contract.points import Quality
from contract.supply import LineOutcome
from tests.backend.services.administration.hearing import NETWORK, Network
from tests.backend.services.rig import BRIGHT_CABINET, CAMERA, LAMPS, SmallCity

LAMP, OTHER, THIRD = LAMPS[0], LAMPS[1], LAMPS[2]


class Room:
    """Two networks, north and south, behind which nothing is bound."""

    def __init__(self, storage: Storage) -> None:
        self.city = city = SmallCity(storage)
        self.network = Network(city.clock)
        self.supervisor = Supervisor(
            city.storage, SystemClock(), city.devices, city.intake, self.network, lambda name: name
        )
        self.masked: set[int] = set()
        self.desk = BindingDesk(
            city.storage,
            city.register,
            city.devices,
            self.supervisor,
            city.intake,
            asyncio.Lock(),
            self.masked.__contains__,
        )
        self.files = BindingFiles(city.register, self.desk)
        self.list = BindingList(city.register, city.live, city.devices)

    async def start(self) -> None:
        await self.city.register.load()
        await self.city.start()
        connections = [Connection(id=id_, integration=NETWORK, url="test:") for id_ in ("north", "south")]
        await self.city.storage.commit(Unit(connections=connections))
        await self.supervisor.start()
        await self.settle()

    async def settle(self) -> None:
        await asyncio.sleep(0.02)
        await self.city.settle()

    async def change(self, *wishes: tuple[int, str | None, str | None], of: str = "north") -> BindingChange:
        asked = [BindingWish(asset_id=asset, before=before, after=after) for asset, before, after in wishes]
        change = await self.desk.change(of, asked, sees=lambda _: True, by="admin")
        await self.settle()
        return change

    async def page(self, search: str = "") -> BindingPage:
        return await self.list.page(
            "north", search=search, standing="", start=0, limit=50, sees=lambda _: True, may_bind=True
        )

    async def stored(self, of: str = "north") -> dict[int, str]:
        return {one.asset_id: one.address for one in (await self.city.storage.bindings()).get(of, ())}

    async def hear(self, address: str, level: float) -> None:
        self.network.ear().hear(address, level)
        await self.settle()

    def level(self, asset_id: int) -> tuple[object, Quality]:
        value = self.city.live.point(asset_id, "level_percent")
        assert value is not None
        return value.value, value.quality


@asynccontextmanager
async def opened(storage: Storage) -> AsyncGenerator[Room]:
    made = Room(storage)
    await made.start()
    try:
        yield made
    finally:
        made.files.close()
        await made.supervisor.close()
        await made.city.stop()


@pytest.fixture
async def room(clock: ManualClock) -> AsyncIterator[Room]:
    async with opened(MemoryStorage(clock)) as made:
        yield made


@pytest.fixture
async def kept(storage: Storage) -> AsyncIterator[Room]:
    """The same on each database."""
    async with opened(storage) as made:
        yield made


async def test_a_sensor_that_was_seen_is_bound_and_read_without_a_restart(kept: Room) -> None:
    room = kept
    await room.hear("00ff", 40.0)
    await room.hear("00ee", 10.0)
    page = await room.page()
    assert [(one.address, one.standing, one.device) for one in page.items] == [
        ("00ee", DeviceStanding.SEEN, "sensor 00ee"),
        ("00ff", DeviceStanding.SEEN, "sensor 00ff"),
    ]
    await room.change((LAMP, None, "00-FF"))
    assert await room.stored() == {LAMP: "00ff"}
    assert len(room.network.made["north"]) == 2
    assert room.network.made["north"][0].is_closed
    assert len(room.network.made["south"]) == 1, "nobody else starts anew"
    assert room.city.devices.link("north").state is LinkState.UP
    page = await room.page()
    assert [(one.address, one.standing) for one in page.items] == [
        ("00ee", DeviceStanding.SEEN),  # it is remembered, though the adapter is another one
        ("00ff", DeviceStanding.NEVER),
    ]
    await room.hear("00ff", 42.0)
    assert room.level(LAMP) == (42.0, Quality.GOOD)
    one = (await room.page()).items[1]
    assert (one.standing, one.asset_id, one.last_heard is not None) == (DeviceStanding.ANSWERS, LAMP, True)
    told = [e.payload for e in await room.city.journal(EntryKind.LINK) if e.payload.get("event") == "device_bound"]
    assert [(one["connection"], one["after"]) for one in told] == [("north", "00ff")]


async def test_what_is_unbound_turns_old_and_alarms_nobody(room: Room) -> None:
    await room.change((LAMP, None, "00ff"))
    await room.hear("00ff", 42.0)
    room.network.ear().loses("00ff")
    await room.settle()
    await room.city.pass_time(60)
    await room.settle()
    lost = [alarm.kind for alarm in room.city.alarms.of_asset(LAMP) if alarm.is_active]
    assert lost, "the sensor is dead: that is an alarm"
    await room.change((LAMP, "00ff", None))
    await room.city.pass_time(60)
    await room.settle()
    assert await room.stored() == {}
    assert [alarm.kind for alarm in room.city.alarms.of_asset(LAMP) if alarm.is_active] == []
    assert room.level(LAMP) == (42.0, Quality.STALE)
    assert room.city.devices.connection_of(LAMP) is None


async def test_a_living_device_that_is_unbound_is_not_missed(room: Room) -> None:
    await room.change((LAMP, None, "00ff"))
    await room.hear("00ff", 42.0)
    await room.change((LAMP, "00ff", None))
    await room.city.pass_time(120)
    await room.settle()
    assert room.level(LAMP) == (42.0, Quality.STALE)
    assert [alarm.kind for alarm in room.city.alarms.of_asset(LAMP) if alarm.is_active] == []
    await room.hear("00ff", 43.0)
    assert [one.standing for one in (await room.page()).items] == [DeviceStanding.SEEN]


async def test_two_assets_change_places_in_one_act_and_back_again(kept: Room) -> None:
    room = kept
    await room.change((LAMP, None, "00ff"), (OTHER, None, "00ee"))
    change = await room.change((LAMP, "00ff", "00ee"), (OTHER, "00ee", "00ff"))
    assert await room.stored() == {LAMP: "00ee", OTHER: "00ff"}
    back = [(one.asset_id, one.after, one.before) for one in change.changes]
    await room.change(*back)
    assert await room.stored() == {LAMP: "00ff", OTHER: "00ee"}


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ([(OTHER, None, "00ff")], "answers at 00ff already"),
        ([(OTHER, None, "00-FF;decoder=x")], "answers at 00ff;decoder=x already|answers at 00ff already"),
        ([(LAMP, None, "00aa")], "answers at 00ff meanwhile"),
        ([(LAMP, "00bb", "00aa")], "answers at 00ff meanwhile"),
        ([(OTHER, "00ff", None)], "not bound here any more"),
        ([(OTHER, None, None)], "nothing would change"),
        ([(LAMP, "00ff", "00FF")], "nothing would change"),
        ([(OTHER, None, "no address")], "no address of hearing"),
        ([(OTHER, None, "\u202e00ff")], "no address of hearing"),
        ([(OTHER, None, "0" * 5_000)], "no address of hearing"),
        ([(OTHER, None, "00aa"), (OTHER, None, "00bb")], "named twice"),
        ([(OTHER, None, "00aa"), (THIRD, None, "00aa")], "answers at 00aa already"),
        ([(BRIGHT_CABINET, None, "00aa")], "devices of this connection are none"),
        ([(4_000_000, None, "00aa")], "no such asset"),
        ([], "1 to 5000 assets"),
    ],
)
async def test_what_cannot_be_bound_changes_nothing(
    room: Room, wishes: list[tuple[int, str | None, str | None]], told: str
) -> None:
    await room.change((LAMP, None, "00ff"))
    made = len(room.network.made["north"])
    with pytest.raises(AdministrationRefused, match=told):
        await room.change(*wishes)
    assert await room.stored() == {LAMP: "00ff"}
    assert len(room.network.made["north"]) == made


async def test_an_asset_answers_behind_one_connection(room: Room) -> None:
    await room.change((LAMP, None, "00ff"), of="south")
    with pytest.raises(AdministrationRefused, match="behind south already"):
        await room.change((LAMP, None, "00ff"))
    with pytest.raises(AdministrationRefused, match="no connection west"):
        await room.change((LAMP, None, "00ff"), of="west")


async def test_what_two_persons_must_uncover_nobody_sees_by_binding_it_elsewhere(room: Room) -> None:
    await room.change((CAMERA, None, "00c1"))
    room.masked.add(CAMERA)
    for wishes in ([(CAMERA, "00c1", None)], [(CAMERA, "00c1", "00c2")]):
        with pytest.raises(AdministrationRefused, match="two persons uncover it first"):
            await room.change(*wishes)
    with pytest.raises(AdministrationRefused, match="lists as free"):
        await room.change((LAMP, None, "00c2"))  # it may be another name of the same picture
    await room.hear("00c2", 1.0)
    await room.change((LAMP, None, "00c2"))
    assert await room.stored() == {CAMERA: "00c1", LAMP: "00c2"}
    room.masked.clear()
    await room.change((CAMERA, "00c1", None))


async def test_of_two_who_bind_at_once_one_is_told(room: Room) -> None:
    results = await asyncio.gather(
        room.change((LAMP, None, "00ff")), room.change((OTHER, None, "00ff")), return_exceptions=True
    )
    assert sum(isinstance(one, AdministrationRefused) for one in results) == 1
    assert len(await room.stored()) == 1


async def test_a_file_is_looked_at_errors_first_and_taken_by_its_seal(room: Room) -> None:
    code = {asset_id: room.city.register.get(asset_id) for asset_id in (LAMP, OTHER, THIRD)}
    lamp, other, third = (asset.code for asset in code.values() if asset is not None)
    await room.change((LAMP, None, "00ff"), (OTHER, None, "00ee"))
    text = f"Équipement;DevEUI\n{lamp};00-EE\n{other};00ff\n{third};00aa\nnowhere;00ab\n{third};00ac\n"

    async def run(content: str, seal: str = "") -> tuple[int, list[tuple[str, str]], str]:
        report = await room.files.run(
            "north", content.encode(), "a.csv", may=lambda _level, _asset: True, by="admin", seal=seal
        )
        assert report.is_done is bool(seal)
        return report.error_count, [(line.asset, line.said_code) for line in report.lines], report.seal

    errors, lines, seal = await run(text)
    assert errors == 2
    assert lines[:2] == [("nowhere", "binding_no_code"), (third, "binding_line_twice")]
    with pytest.raises(AdministrationRefused, match="lines with errors"):
        await run(text, seal)
    # Pasted lines without a heading; the two that changed places are one act.
    good = f"{lamp};00ee\n{other};00ff\n{third};00aa\n"
    errors, lines, seal = await run(good)
    assert errors == 0
    assert len(lines) == 3
    await room.change((THIRD, None, "00bb"))
    with pytest.raises(AdministrationRefused, match="something changed"):
        await run(good, seal)
    _, _, seal = await run(good)
    await run(good, seal)
    assert await room.stored() == {LAMP: "00ee", OTHER: "00ff", THIRD: "00aa"}
    report = await room.files.run("north", good.encode(), "", may=lambda _level, _asset: True, by="admin")
    assert (report.unchanged_count, report.lines) == (3, ())
    assert LineOutcome.ERROR not in {line.outcome for line in report.lines}


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"a;b;c\n1;2;3\n", b"PK\x03\x04" + b"\0" * 90])
async def test_what_is_no_such_file_is_refused_in_words(room: Room, content: bytes) -> None:
    with pytest.raises(AdministrationRefused) as refused:
        await room.files.run("north", content, "x\u202e", may=lambda _level, _asset: True, by="admin")
    assert refused.value.code in {"binding_file", "binding_columns"}
