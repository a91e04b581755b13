"""Places over the API: rights, limits, hostile wishes, and a look that asks the right to operate."""

import pytest
from msgspec.structs import replace

from backend_client.errors import Refused
from backend_client.session import Session
from contract.imports import ImportOptions, ImportReport
from contract.places import LookOutcome, LookRequest, NearbyAssets, PlaceHits
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

ADDRESSES = (
    "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n"
    "1;12;bis;Rue Monge;21000;21231;Dijon;5.04;47.32\n"
    "2;12;;Rue Monge;21800;21515;Quetigny;5.11;47.32\n"
)


async def log_in(served: ServedCity, name: str, *grants: Grant) -> Session:
    await served.city.account(name, grants or (Grant(level=Level.CONFIGURE),))
    return await served.login(name)


async def find(session: Session, text: str, **query: float) -> PlaceHits:
    return await session.get("/places", PlaceHits, {"text": text, **query})


async def take_addresses(city: TwoCommunes) -> None:
    options = ImportOptions(class_="address", file_name="a.csv")
    report: ImportReport = await city.exchange.importing.run(ADDRESSES.encode(), options, by="system", dry_run=False)
    assert report.is_done
    await city.gazetteer.settled()


async def test_one_finds_what_one_may_see(served: ServedCity) -> None:
    await take_addresses(served.city)
    all_of_it = await log_in(served, "leila")
    assert [hit.detail for hit in (await find(all_of_it, "12 rue monge", lon=5.11, lat=47.32)).items] == [
        "21800 Quetigny",
        "21000 Dijon",
    ]
    assert (await find(all_of_it, "CAM")).total == 2
    local = await log_in(served, "paul", Grant(level=Level.VIEW, scope=Scope(communes=(QUETIGNY,))))
    assert [hit.commune for hit in (await find(local, "12 rue monge")).items] == [QUETIGNY]
    assert [hit.commune for hit in (await find(local, "cam")).items] == [QUETIGNY]
    watcher = await log_in(served, "zoe", Grant(level=Level.VIEW, scope=Scope(classes=("camera",))))
    assert (await find(watcher, "rue monge")).items == ()


@pytest.mark.parametrize(
    "query",
    [
        {"text": "x" * 201},
        {"text": "a", "limit": 51},
        {"text": "a", "limit": 0},
        {"text": "a", "lon": 5.0},
        {"text": "a", "lon": "NaN", "lat": 1},
        {"text": "a", "lon": 500, "lat": 1},
        {"text": "a", "sort": "all"},
        {},
    ],
)
async def test_a_search_beyond_its_limits_is_refused(served: ServedCity, query: dict[str, str | int | float]) -> None:
    session = await log_in(served, "leila")
    with pytest.raises(Refused) as refused:
        await session.get("/places", PlaceHits, query)
    assert refused.value.problem.status == 400


async def test_control_characters_and_quotes_are_only_text(served: ServedCity) -> None:
    session = await log_in(served, "leila")
    with pytest.raises(Refused):
        await find(session, "\x00\x1b[2J")
    for text in ("'; DROP TABLE assets;--", "%25%00", "\u202egnp", "😀", " "):
        assert (await find(session, text)).items == ()


async def test_the_nearest_of_a_class_within_one_s_rights(served: ServedCity) -> None:
    session = await log_in(served, "paul", Grant(level=Level.VIEW, scope=Scope(communes=(QUETIGNY,))))
    query: dict[str, str | int | float | None] = {"class": "streetlight", "lon": 5.04, "lat": 47.32, "count": 2}
    found = await session.get("/assets/near", NearbyAssets, query)
    lamps = served.city.lamps(QUETIGNY)
    assert ([item.asset_id for item in found.items], found.total) == ([lamps[0].id, lamps[1].id], 3)


@pytest.mark.parametrize(
    "query",
    [
        {"class": "street", "lon": 5, "lat": 47},
        {"class": "dragon", "lon": 5, "lat": 47},
        {"class": "camera", "lon": 181, "lat": 47},
        {"class": "camera", "lon": 5, "lat": 47, "count": 101},
        {"class": "camera", "lon": 5},
    ],
)
async def test_a_nearness_that_makes_no_sense_is_refused(
    served: ServedCity, query: dict[str, str | int | float]
) -> None:
    session = await log_in(served, "leila")
    with pytest.raises(Refused) as refused:
        await session.get("/assets/near", NearbyAssets, query)
    assert refused.value.problem.status == 400


async def test_who_may_only_look_on_turns_no_camera(served: ServedCity) -> None:
    city = served.city
    for commune in (DIJON, QUETIGNY):
        camera = city.register.of_topic(commune, "camera")[0]
        dome = replace(camera, azimuth_deg=0.0, range_m=20_000.0, extra={"ptz": "yes"})
        await city.register.apply([dome], "system", note="domes")
    wish = LookRequest(lon=5.05, lat=47.32)
    onlooker = await log_in(served, "zoe", Grant(level=Level.VIEW))
    with pytest.raises(Refused) as refused:
        await onlooker.post_for("/cameras/look", wish, LookOutcome)
    assert refused.value.problem.status == 403
    local = await log_in(
        served, "paul", Grant(level=Level.VIEW), Grant(level=Level.OPERATE, scope=Scope(communes=(QUETIGNY,)))
    )
    answers = (await local.post_for("/cameras/look", wish, LookOutcome)).cameras
    assert [answer.refusal_code for answer in answers] == ["look_not_allowed", "register_only"]
    for bad in (
        LookRequest(lon=500, lat=0),
        LookRequest(lon=5, lat=47, id="x"),
        LookRequest(lon=5, lat=47, reason="\n"),
    ):
        with pytest.raises(Refused):
            await local.post_for("/cameras/look", bad, LookOutcome)
