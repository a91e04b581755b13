"""Find and go: what operators type, and the place that comes first."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import JournalQuery, Storage
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.importing import Importing, ImportRefused
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from contract.assets import Asset, Commune
from contract.imports import ImportOptions, ImportReport
from contract.journal import EntryKind
from contract.places import PlaceHit, PlaceHits, PlaceKind
from tests.backend.feeds import RecordingFeed

BAN = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;"
    "source_nom_voie;certification_commune;cad_parcelles\n"
)
BAL = (
    "cle_interop;uid_adresse;voie_nom;lieudit_complement_nom;numero;suffixe;commune_insee;commune_nom;position;"
    "x;y;long;lat\n"
)


def ban_row(number: str, rep: str, street: str, lon: float, lat: float, commune: str = "21231;Dijon") -> str:
    code, _, name = commune.partition(";")
    return (
        f"{code}_1_{number}_{rep};;{number};{rep};{street};21000;{code};{name};;;1;2;{lon};{lat};entrée;;;DIJON;;;;1;\n"
    )


ADDRESSES = (
    BAN
    + "".join(ban_row(str(n), "", "Rue de la Liberté", 5.036 + n / 10_000, 47.3225) for n in range(1, 31))
    + ban_row("12", "bis", "Rue de la Liberté", 5.03725, 47.3226)
    + ban_row("3", "", "Rue du 8 Mai 1945", 5.05, 47.33)
    + ban_row("7", "", "Boulevard du Maréchal Foch", 5.03, 47.31)
    + ban_row("2", "", "Rue de la Liberté", 5.11, 47.30, "21515;Quetigny")
    + ban_row("5", "", "Grande Rue", 4.0, 48.0, "89387;Sens")
)


def everybody(_commune: str, _service: str, _class: str) -> bool:
    return True


class Town:
    """A register with streets and cameras; what is searched is answered by a gazetteer."""

    def __init__(self, storage: Storage) -> None:
        clock = ManualClock()
        self.storage = storage
        self.register = Register(storage, RecordingFeed(), clock, standard_asset_classes())
        self.gazetteer = Gazetteer(self.register, storage, clock)
        self.importing = Importing(self.register, storage, self.gazetteer.load)

    async def fill(self) -> None:
        await self.register.load()
        await self.register.apply(list(_assets()), "test", note="a town", communes=_communes())
        await self.gazetteer.load()

    async def take(self, content: str, commune: str = "") -> ImportReport:
        options = ImportOptions(class_="address", file_name="adresses-21.csv", commune=commune)
        report = await self.importing.run(content.encode(), options, by="leila", dry_run=False)
        await self.gazetteer.settled()
        return report

    async def find(
        self,
        text: str,
        near: tuple[float, float] | None = None,
        allows: Callable[[str, str, str], bool] = everybody,
        limit: int = 20,
    ) -> PlaceHits:
        return await self.gazetteer.search(text, allows=allows, near=near, limit=limit)

    async def first(self, text: str, near: tuple[float, float] | None = None) -> PlaceHit:
        return (await self.find(text, near)).items[0]

    async def close(self) -> None:
        self.importing.close()
        await self.gazetteer.close()


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(MemoryStorage(ManualClock()))
    await made.fill()
    yield made
    await made.close()


@pytest.fixture
async def kept_town(storage: Storage) -> AsyncIterator[Town]:
    """The same on SQLite, on PostgreSQL and in memory."""
    made = Town(storage)
    await made.fill()
    yield made
    await made.close()


@pytest.mark.parametrize("text", ["CAM-12", "cam12", "12", "camera 12", "caméra 12", "CAM-012"])
async def test_a_camera_number_brings_that_camera_first(town: Town, text: str) -> None:
    first = await town.first(text)
    assert (first.kind, first.label) == (PlaceKind.ASSET, "CAM-012 · Place Darcy")


@pytest.mark.parametrize(
    "text",
    [
        "12 bis rue de la liberté dijon",
        "12bis, RUE DE LA LIBERTE 21000",
        "r. liberte 12 bis",
        "12 bis r liberté",
        "12 bis rue de la libetré",
    ],
)
async def test_an_address_however_it_is_typed(kept_town: Town, text: str) -> None:
    await kept_town.take(ADDRESSES)
    first = await kept_town.first(text, near=(5.04, 47.32))
    assert (first.kind, first.label, first.detail) == (
        PlaceKind.ADDRESS,
        "12 bis Rue de la Liberté",
        "21000 Dijon",
    )
    assert (first.lon, first.lat, first.is_exact) == (5.03725, 47.3226, True)


async def test_a_camera_s_number_is_not_taken_for_a_house_in_a_street_that_begins_alike(town: Town) -> None:
    await town.take(BAN + ban_row("12", "", "Rue Camille Claudel", 5.04, 47.32))
    assert [hit.label for hit in (await town.find("cam 12", near=(5.04, 47.32))).items][:2] == [
        "CAM-012 · Place Darcy",
        "12 Rue Camille Claudel",
    ]


@pytest.mark.parametrize("text", ["7 bd mal foch", "7 boulevard marechal foch", "foch 7"])
async def test_abbreviations_stand_for_their_words(town: Town, text: str) -> None:
    await town.take(ADDRESSES)
    assert (await town.first(text)).label == "7 Boulevard du Maréchal Foch"


async def test_a_number_that_the_base_lacks_shows_the_street_and_says_so(town: Town) -> None:
    await town.take(ADDRESSES)
    first = await town.first("999 rue de la liberté dijon")
    assert (first.kind, first.label, first.is_exact) == (PlaceKind.STREET, "Rue de la Liberté", False)
    other = await town.first("14 ter rue de la liberté dijon")
    assert (other.kind, other.label, other.is_exact) == (PlaceKind.ADDRESS, "14 Rue de la Liberté", False)


async def test_a_street_whose_name_holds_a_number_is_found_whole_and_by_house(town: Town) -> None:
    await town.take(ADDRESSES)
    whole = await town.first("rue du 8 mai 1945")
    assert (whole.kind, whole.is_exact) == (PlaceKind.STREET, True)
    assert (await town.first("3 rue du 8 mai 1945")).label == "3 Rue du 8 Mai 1945"


async def test_of_two_streets_of_one_name_the_nearer_comes_first(town: Town) -> None:
    await town.take(ADDRESSES)
    for near, commune in (((5.037, 47.32), "21231"), ((5.11, 47.30), "21515")):
        assert (await town.first("rue de la liberté", near=near)).commune == commune
    assert (await town.first("rue de la liberté quetigny", near=(5.037, 47.32))).commune == "21515"


async def test_a_street_in_pieces_is_one_line_and_its_place_lies_on_it(town: Town) -> None:
    hits = [hit for hit in (await town.find("rue monge")).items if hit.kind is PlaceKind.STREET]
    (street,) = hits
    assert street.bounds == (5.0, 47.30, 5.02, 47.33)
    assert street.lat == pytest.approx(47.30)  # the longer piece runs along this parallel
    assert 5.0 < street.lon < 5.02


async def test_a_typing_error_and_a_beginning_are_forgiven(town: Town) -> None:
    for text in ("mnoge", "mong", "Mongé", "rue mong"):
        assert (await town.first(text)).label == "Rue Monge", text


async def test_a_commune_by_its_name_comes_before_the_streets_in_it(town: Town) -> None:
    first = await town.first("quetigny")
    assert (first.kind, first.label) == (PlaceKind.COMMUNE, "Quetigny")


async def test_a_thousand_lamps_do_not_hide_their_street(town: Town) -> None:
    lamps = [
        Asset(id=1000 + n, code=f"PL-{n}", class_="streetlight", lon=5.0, lat=47.3, name="Rue Monge", commune="21231")
        for n in range(1000)
    ]
    await town.register.apply(lamps, "test", note="lamps")
    await town.gazetteer.settled()
    found = await town.find("rue monge", limit=10)
    assert found.items[0].kind is PlaceKind.STREET
    assert found.total == 1001


async def test_rights_hide_assets_streets_and_addresses(town: Town) -> None:
    await town.take(ADDRESSES)

    def in_quetigny(commune: str, _service: str, _class: str) -> bool:
        return commune == "21515"

    for text in ("rue de la liberté", "2 rue de la liberté", "12 rue de la liberté dijon", "cam 12", "rue monge"):
        found = await town.find(text, allows=in_quetigny)
        assert {hit.commune for hit in found.items if hit.kind is not PlaceKind.COMMUNE} <= {"21515"}, text
    assert (await town.find("cam 12", allows=in_quetigny)).total == 0


async def test_a_name_that_one_may_not_see_neither_shows_nor_stands_in_the_way_of_one_that_one_may(town: Town) -> None:
    lamps = [
        Asset(id=900, code="PL-900", class_="streetlight", lon=5.0, lat=47.3, name="Square Monde", commune="21231"),
        Asset(id=901, code="PL-901", class_="streetlight", lon=5.1, lat=47.3, name="Square Ronde", commune="21515"),
    ]
    await town.register.apply(lamps, "test", note="lamps")
    await town.gazetteer.settled()

    def in_quetigny(commune: str, _service: str, _class: str) -> bool:
        return commune == "21515"

    found = await town.find("square monde", allows=in_quetigny)
    assert ([hit.asset_id for hit in found.items], found.total) == ([901], 1)
    assert [hit.asset_id for hit in (await town.find("square monde")).items] == [900]


@pytest.mark.parametrize("text", ["lampadaire 12", "candélabre 12", "réverbère 12", "lampadiare 12"])
async def test_equipment_answers_to_what_people_call_it(town: Town, text: str) -> None:
    assert (await town.first(text)).label == "PL-012"


async def test_others_have_their_turn_while_somebody_searches(town: Town) -> None:
    await town.gazetteer.settled()
    turns = 0

    async def look() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    looking = asyncio.get_running_loop().create_task(look())
    for text in ("camera", "pl", "mnoge", "point lumineux"):
        before = turns
        assert (await town.find(text, near=(5.04, 47.32))).items
        assert turns > before
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def test_a_new_asset_is_found_and_one_that_moved_is_where_it_is(town: Town) -> None:
    await town.first("cam 12")
    await town.register.apply(
        [Asset(id=77, code="CAM-777", class_="camera", lon=5.0, lat=47.0, commune="21231", number=777)], "x", note="n"
    )
    await town.gazetteer.settled()
    assert (await town.first("777")).asset_id == 77


async def test_an_address_file_replaces_what_was_known_and_is_in_the_journal(kept_town: Town) -> None:
    report = await kept_town.take(ADDRESSES)
    assert (report.is_done, report.added_count, report.row_count) == (True, 34, 35)
    assert any("1 rows were left out" in note for note in report.notes)  # of Sens, which is not in the city
    again = await kept_town.take(BAN + ban_row("1", "", "Rue Neuve", 5.0, 47.3))
    assert any("33 addresses" in note for note in again.notes)  # Quetigny's stay
    assert [hit.kind for hit in (await kept_town.find("12 bis rue de la liberté dijon")).items] == []
    assert (await kept_town.first("2 rue de la liberté quetigny")).kind is PlaceKind.ADDRESS
    (newest, *_) = await kept_town.storage.journal(JournalQuery(kinds=(EntryKind.IMPORT,)))
    assert (newest.actor, newest.payload["class"], newest.payload["replaced"]) == ("leila", "address", 33)


async def test_the_layout_of_the_communes_is_read_too(town: Town) -> None:
    report = await town.take(
        BAL
        + "21231_2260_00012_bis;;Rue Neuve;;12;bis;21231;Dijon;entrée;1;2;5.01;47.31\n"
        + "21231_B123_99999;;Le Bas;;99999;;21231;Dijon;;1;2;5.02;47.32\n"
    )
    assert report.added_count == 1
    assert (await town.first("12 bis rue neuve")).lon == 5.01
    assert (await town.first("le bas")).kind is PlaceKind.STREET


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ban_row("12x", "", "Rue A", 5.0, 47.0), "no number"),
        (ban_row("12", "", "Rue A", 205.0, 47.0), "WGS84"),
        (ban_row("12", "", "", 5.0, 47.0), "street"),
        ("a;b;c\n", "few cells"),
        (ban_row("12", "", "R" * 300, 5.0, 47.0), "too long"),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_is_taken(town: Town, row: str, reason: str) -> None:
    report = await town.take(ADDRESSES + row, commune="21231" if reason != "few cells" else "")
    assert (report.is_done, report.error_count) == (False, 1)
    assert reason in report.errors[0].reason
    assert (await town.find("12 bis rue de la liberté")).items == ()


@pytest.mark.parametrize("content", ["", "a;b\n1;2\n", "\x00", 'numero;"rep\n', BAN.replace("numero", "nombre")])
async def test_a_file_that_is_none_is_refused_in_words(town: Town, content: str) -> None:
    with pytest.raises(ImportRefused):
        await town.take(content)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120) | st.from_regex(r"[0-9 a-z'%_;*()\\]{0,60}", fullmatch=True))
async def test_hostile_text_is_only_text(town: Town, text: str) -> None:
    found = await town.find(text, near=(5.0, 47.0), limit=50)
    assert len(found.items) <= 50


def _communes() -> list[Commune]:
    ring = ((4.9, 47.2), (5.08, 47.2), (5.08, 47.4), (4.9, 47.4))
    return [
        Commune(code="21231", name="Dijon", lon=5.04, lat=47.32, outline=(ring,)),
        Commune(code="21515", name="Quetigny", lon=5.11, lat=47.31),
    ]


def _assets() -> list[Asset]:
    cameras = [
        Asset(
            id=n,
            code=f"CAM-{n:03d}",
            class_="camera",
            number=n,
            lon=5.03 + n / 1000,
            lat=47.32,
            name="Place Darcy" if n == 12 else f"Avenue {n}",
            commune="21231",
        )
        for n in (1, 12, 120)
    ]
    vehicle = Asset(id=20, code="VEH-012", class_="vehicle", number=12, lon=5.0, lat=47.3, commune="21231")
    lamp = Asset(id=21, code="PL-012", class_="streetlight", lon=5.0, lat=47.3, commune="21231")
    pieces = (((5.0, 47.30), (5.02, 47.30)), ((5.02, 47.32), (5.02, 47.33)))
    streets = [
        Asset(
            id=30 + n,
            code=f"V{n}",
            class_="street",
            name="Rue Monge",
            lon=line[0][0],
            lat=line[0][1],
            commune="21231",
            line=line,
        )
        for n, line in enumerate(pieces)
    ]
    return [*cameras, vehicle, lamp, *streets]


async def test_closing_does_not_wait_for_an_index_in_the_making(town: Town) -> None:
    lamps = [
        Asset(id=1000 + n, code=f"PL-{n}", class_="streetlight", lon=5.0, lat=47.3, name=f"Lampe {n}", commune="21231")
        for n in range(60_000)
    ]
    await town.register.apply(lamps, "test", note="lamps")
    searching = asyncio.get_running_loop().create_task(town.find("lampe 3"))
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await town.close()
    assert time.monotonic() - started < 0.5
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)


async def test_what_moved_to_where_one_may_not_look_is_hidden_before_the_index_is_made_anew(town: Town) -> None:
    def dijon_only(commune: str, _service: str, _class: str) -> bool:
        return commune == "21231"

    camera = next(asset for asset in town.register.all() if asset.class_ == "camera" and asset.commune == "21231")
    words = camera.code
    before = await town.gazetteer.search(words, allows=dijon_only)
    assert camera.id in {hit.asset_id for hit in before.items}
    await town.register.apply([msgspec.structs.replace(camera, commune="21515")], "test", note="it moves")
    after = await town.gazetteer.search(words, allows=dijon_only)
    assert camera.id not in {hit.asset_id for hit in after.items}
