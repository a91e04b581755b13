"""Who may say which asset is which device: everybody who configures what answers there, and nobody else."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import aiohttp
import msgspec
import pytest

from backend.devkit.adapter import Integration, IntegrationContext
from backend.devkit.manifest import Manifest
from backend.ports import Unit
from backend_client.errors import Refused
from backend_client.session import Session
from contract.administration import ConnectionPage
from contract.bindings import (
    BindingChange,
    BindingImport,
    BindingPage,
    BindingsRequest,
    BindingWish,
    ConnectionNames,
    DeviceStanding,
)
from contract.devices import Binding, Connection
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, NoIntegrations, TwoCommunes
from tests.backend.services.administration.hearing import NETWORK, Network

NORTH, EMPTY = "/connections/north/bindings", "/connections/empty/bindings"


@pytest.fixture
async def network(city: TwoCommunes, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Network]:
    """North has a lamp of Dijon behind it; behind the other connection is nothing."""
    network = Network(city.clock)

    async def create(_self: NoIntegrations, name: str, context: IntegrationContext) -> Integration:
        return await network.create(name, context)

    def manifests(_self: NoIntegrations) -> Mapping[str, Manifest]:
        return network.manifests()

    monkeypatch.setattr(NoIntegrations, "manifests", manifests)
    monkeypatch.setattr(NoIntegrations, "create", create)
    connections = [Connection(id=id_, integration=NETWORK, url="test:") for id_ in ("north", "empty")]
    bound = [Binding(asset_id=city.lamps(DIJON)[0].id, address="0001")]
    await city.storage.commit(Unit(connections=connections, bindings={"north": bound}))
    await city.supervisor.start()
    await asyncio.sleep(0.02)
    yield network
    await city.supervisor.close()


@pytest.fixture
async def admin(served: ServedCity, city: TwoCommunes) -> Session:
    await city.account("admin", EVERYTHING)
    return await served.login("admin")


async def scoped(served: ServedCity, name: str, level: Level, *communes: str) -> Session:
    await served.city.account(name, (Grant(level=level, scope=Scope(communes=communes)),))
    return await served.login(name)


async def bind(session: Session, *wishes: tuple[int, str | None, str | None], path: str = NORTH) -> BindingChange:
    asked = tuple(BindingWish(asset_id=asset, before=before, after=after) for asset, before, after in wishes)
    return await session.post_for(path, BindingsRequest(wishes=asked, reason="swap"), BindingChange)


async def stored(city: TwoCommunes, of: str = "north") -> dict[int, str]:
    return {one.asset_id: one.address for one in (await city.storage.bindings()).get(of, ())}


def ids(city: TwoCommunes, commune: str) -> Sequence[int]:
    return [lamp.id for lamp in city.lamps(commune)]


async def test_an_administrator_sees_what_was_heard_and_binds_it(
    city: TwoCommunes, admin: Session, network: Network
) -> None:
    network.ear().hear("00ff", 1.0)
    page = await admin.get(NORTH, BindingPage)
    assert [(one.address, one.standing) for one in page.items] == [
        ("00ff", DeviceStanding.SEEN),
        ("0001", DeviceStanding.NEVER),
    ]
    assert (page.bound, page.seen, page.can_tell, page.may_bind) == (1, 1, True, True)
    assert page.address_en == "four digits"
    lamp = ids(city, DIJON)[1]
    change = await bind(admin, (lamp, None, "00FF"))
    assert [(one.before, one.after) for one in change.changes] == [(None, "00ff")]
    assert (await stored(city))[lamp] == "00ff"
    entry = next(e for e in await city.journal(EntryKind.LINK) if e.payload.get("event") == "device_bound")
    assert (entry.actor, entry.asset_id, entry.payload["reason"]) == ("admin", lamp, "swap")
    searched = await admin.get(NORTH, BindingPage, {"search": "pl-21231-1", "standing": "never"})
    assert [one.asset_id for one in searched.items] == [lamp]
    first = await admin.get(NORTH, BindingPage, {"limit": 1})
    rest = await admin.get(NORTH, BindingPage, {"limit": 1, "cursor": first.next})
    assert first.items[0].address != rest.items[0].address
    assert rest.next is None


async def test_whoever_does_not_configure_sees_and_changes_nothing(
    served: ServedCity, city: TwoCommunes, network: Network
) -> None:
    paul = await scoped(served, "paul", Level.MANAGE, DIJON)
    for work in (paul.get(NORTH, BindingPage), bind(paul, (ids(city, DIJON)[1], None, "00ff"))):
        with pytest.raises(Refused) as refused:
            await work
        assert refused.value.problem.status == 403
    with pytest.raises(Refused):
        await paul.post_file(f"{NORTH}/imports", b"asset;address\n", BindingImport)
    assert list((await stored(city)).values()) == ["0001"]
    assert len(network.made["north"]) == 1


async def test_a_communes_administrator_binds_behind_the_communes_own_gateway(
    served: ServedCity, city: TwoCommunes, network: Network
) -> None:
    network.ear().hear("00ff", 1.0)
    dijon = await scoped(served, "dijon", Level.CONFIGURE, DIJON)
    assert (await dijon.get(NORTH, BindingPage)).may_bind
    await bind(dijon, (ids(city, DIJON)[1], None, "00ff"))
    # Nobody's gateway is the whole city's, and an asset of another commune is not there for him.
    with pytest.raises(Refused) as refused:
        await bind(dijon, (ids(city, DIJON)[2], None, "00aa"), path=EMPTY)
    assert refused.value.problem.status == 403
    with pytest.raises(Refused) as refused:
        await bind(dijon, (ids(city, QUETIGNY)[0], None, "00aa"))
    assert refused.value.problem.status == 404


async def test_an_asset_of_ones_own_is_not_bound_to_a_device_of_another_commune(
    served: ServedCity, city: TwoCommunes, network: Network
) -> None:
    network.ear().hear("00ff", 1.0)
    quetigny = await scoped(served, "quetigny", Level.CONFIGURE, QUETIGNY)
    page = await quetigny.get(NORTH, BindingPage)
    assert (page.items, page.hidden, page.seen, page.may_bind) == ((), 1, 0, False)
    with pytest.raises(Refused) as refused:
        await bind(quetigny, (ids(city, QUETIGNY)[0], None, "00ff"))
    assert refused.value.problem.status == 403
    with pytest.raises(Refused) as refused:
        await quetigny.post_file(f"{NORTH}/imports", b"asset;address\nPL-21515-0;00ff\n", BindingImport)
    assert refused.value.problem.status == 403
    assert list((await stored(city)).values()) == ["0001"]


async def test_a_communes_administrator_is_told_the_names_of_his_connections_and_nothing_more(
    served: ServedCity, city: TwoCommunes, admin: Session, network: Network
) -> None:
    dijon = await scoped(served, "dijon", Level.CONFIGURE, DIJON)
    quetigny = await scoped(served, "quetigny", Level.CONFIGURE, QUETIGNY)
    paul = await scoped(served, "paul", Level.MANAGE, DIJON)
    with pytest.raises(Refused) as refused:
        await dijon.get("/connections", ConnectionPage)
    assert refused.value.problem.status == 403
    named = await dijon.get("/connection-names", ConnectionNames)
    assert [(one.id, one.integration, one.assets) for one in named.items] == [("north", NETWORK, 1)]
    told = msgspec.to_builtins(named.items[0])
    assert set(told) == {"id", "integration", "title_fr", "title_en", "state", "assets"}
    assert (await dijon.get("/connection-names", ConnectionNames, {"search": "sou"})).total == 0
    # To whom nothing answers there it is not named, nor who may not configure; the whole city's sees all.
    assert (await quetigny.get("/connection-names", ConnectionNames)).items == ()
    with pytest.raises(Refused):
        await paul.get("/connection-names", ConnectionNames)
    assert [one.id for one in (await admin.get("/connection-names", ConnectionNames)).items] == ["empty", "north"]
    lamp = ids(city, QUETIGNY)[0]
    await bind(admin, (lamp, None, "0002"))
    assert [one.assets for one in (await dijon.get("/connection-names", ConnectionNames)).items] == [1]
    page = await dijon.get(NORTH, BindingPage)
    assert [one.asset_id for one in page.items] == [ids(city, DIJON)[0]], "the assets of his commune only"


async def test_a_binding_that_changed_since_is_refused_and_says_how_it_stands(
    city: TwoCommunes, admin: Session, network: Network
) -> None:
    lamp, other, _ = ids(city, DIJON)
    results = await asyncio.gather(
        bind(admin, (lamp, "0001", "0002")), bind(admin, (lamp, "0001", "0003")), return_exceptions=True
    )
    lost = [one for one in results if isinstance(one, Refused)]
    assert [(one.problem.status, one.problem.detail_code) for one in lost] == [(409, "binding_changed")]
    with pytest.raises(Refused, match="answers at"):
        await bind(admin, (other, None, (await stored(city))[lamp]))
    assert len(await stored(city)) == 1
    assert network.ear() is network.made["north"][-1]


async def test_a_file_is_previewed_and_taken(city: TwoCommunes, admin: Session, network: Network) -> None:
    content = b"code;adresse\nPL-21231-1;00-0A\nPL-21231-0;-\n"
    looked = await admin.post_file(f"{NORTH}/imports?name=lamps.csv", content, BindingImport)
    assert (looked.added_count, looked.changed_count, looked.error_count, looked.is_done) == (1, 1, 0, False)
    assert list((await stored(city)).values()) == ["0001"]
    with pytest.raises(Refused, match="something changed"):
        await admin.post_file(f"{NORTH}/imports?seal=other", content, BindingImport)
    done = await admin.post_file(f"{NORTH}/imports?name=lamps.csv&seal={looked.seal}", content, BindingImport)
    assert done.is_done
    assert done.change is not None
    assert await stored(city) == {ids(city, DIJON)[1]: "000a"}
    assert len(network.made["north"]) == 2, "one start anew for all lines"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (NORTH, b'{"wishes": [{"asset_id": -1, "before": null, "after": "x"}]}'),
        (NORTH, b'{"wishes": [{"asset_id": 1, "after": "x"}]}'),
        (NORTH, b'{"wishes": [{"asset_id": 1, "before": null, "after": "\\u202e"}], "reason": "a"}'),
        (NORTH, b'{"wishes": [{"asset_id": 2, "before": null, "after": "00ff"}], "reason": "a\\u0000b"}'),
        (NORTH, b'{"wishes": "all"}'),
        (NORTH, b'{"wishes": []}'),
        ("/connections/nowhere/bindings", b'{"wishes": [{"asset_id": 2, "before": null, "after": "00ff"}]}'),
        ("/connections/%2e%2e%2f/bindings", b'{"wishes": [{"asset_id": 2, "before": null, "after": "00ff"}]}'),
        (NORTH, b"[" * 50_000),
        (NORTH, b"\xff\xfe"),
    ],
)
async def test_hostile_requests_are_refused_and_change_nothing(
    served: ServedCity, city: TwoCommunes, admin: Session, network: Network, path: str, body: bytes
) -> None:
    await admin.me()
    headers = {"Authorization": f"Bearer {admin.access_token}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{served.url}/api/v1{path}", data=body) as response,
    ):
        assert 400 <= response.status < 500
    assert list((await stored(city)).values()) == ["0001"]
    assert len(network.made["north"]) == 1
