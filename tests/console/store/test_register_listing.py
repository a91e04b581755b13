"""What the register's list shows: words, conditions, orders and groups over the columns."""

import datetime as dt

import msgspec
import numpy as np
import pytest

from console.store.register_columns import RegisterColumns
from console.store.register_filters import (
    Condition,
    Group,
    Match,
    Operator,
    RegisterView,
    SortKey,
    checked,
    day_of,
    number_of,
    read,
    written,
)
from console.store.register_listing import Listing, RegisterWish, assets_of, group_keys, listing
from console.store.register_matching import Matcher
from console.store.register_ranks import RegisterRanks
from contract.assets import Asset, AssetStatus
from contract.named_content import NamedContent
from contract.stream import Visual

TODAY = dt.date(2026, 3, 1)


class City:
    """A few assets in columns, and hands to ask for them."""

    def __init__(self) -> None:
        self.columns = RegisterColumns()
        self.assets = {
            1: _asset(
                1, "PL-2", name="Rue de l'Épée point 2", street="Rue de l'Épée", commissioned=dt.date(2005, 6, 1)
            ),
            2: _asset(2, "PL-10", name="Rue de l'Épée point 10", street="Rue de l'Épée", supply_parent=5),
            3: _asset(3, "PL-1", name="Quai Gauthey", status=AssetStatus.RETIRED, commissioned=dt.date(2020, 1, 1)),
            4: _asset(4, "CAM-7", "camera", name="Place Grangier", number=127, serial="X/9", height_m=6.5),
            5: _asset(5, "ARM-1", "cabinet", name="Armoire Foch", commune="21515", extra={"fournisseur": "Dupont"}),
        }
        self.columns.take(self.assets.values())
        self.shown = dict.fromkeys(self.assets, Visual.NORMAL) | {4: Visual.FAULT}
        self.matcher = Matcher(self.columns, self._label, self._visuals, lambda: TODAY)
        self.ranks = RegisterRanks(self.columns, self.matcher)

    async def ready(self) -> "City":
        for field in ("code", "name", "serial"):
            await self.ranks.make(field)
        return self

    def listed(self, text: str = "", *conditions: Condition | Group, sort: tuple[SortKey, ...] = ()) -> list[str]:
        found = self.listing(RegisterView(text=text, filter=Group(items=conditions), sort=sort))
        return [self.assets[int(self.columns.ids[row])].code for row in found.passing]

    def listing(self, view: RegisterView, opened: frozenset[int] = frozenset()) -> Listing:
        return listing(self.columns, self.matcher, self.ranks, RegisterWish(view=view, opened=opened))

    def _label(self, field: str, code: str) -> str:
        return (
            {"streetlight": "Point lumineux", "21515": "Quetigny", "21231": "Dijon"}.get(code, code) if field else code
        )

    def _visuals(self) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
        ids = self.columns.ids[: self.columns.end].tolist()
        return np.array([int(self.shown.get(each, Visual.UNKNOWN)) for each in ids], np.uint8)


def _asset(id_: int, code: str, class_: str = "streetlight", commune: str = "21231", **fields: object) -> Asset:
    plain = Asset(id=id_, code=code, class_=class_, lon=5.0 + id_ / 100, lat=47.3, commune=commune)
    return msgspec.structs.replace(plain, **fields)


@pytest.fixture
async def city() -> City:
    return await City().ready()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("epee", ["PL-2", "PL-10"]),
        ("ÉPÉE 10", ["PL-10"]),
        ("point lumineux", ["PL-1", "PL-2", "PL-10"]),
        ("quetigny", ["ARM-1"]),
        ("12", ["CAM-7"]),
        ("x/9", ["CAM-7"]),
        ("nowhere", []),
    ],
)
async def test_words_find_assets_without_accents_by_class_commune_number_and_serial(
    city: City, text: str, codes: list[str]
) -> None:
    assert city.listed(text) == codes


async def test_a_text_typed_on_and_taken_back_finds_what_it_would_find_at_once(city: City) -> None:
    typed = [city.listed(text) for text in ("p", "po", "point", "point 1", "point 10", "point", "", "p")]
    afresh = [
        (await City().ready()).listed(text) for text in ("p", "po", "point", "point 1", "point 10", "point", "", "p")
    ]
    assert typed == afresh
    assert typed[4] == ["PL-10"]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        (Condition("code", Operator.BEGINS, ("pl",)), ["PL-1", "PL-2", "PL-10"]),
        (Condition("code", Operator.ENDS, ("-1",)), ["ARM-1", "PL-1"]),
        (Condition("name", Operator.LACKS, ("point",)), ["ARM-1", "CAM-7", "PL-1"]),
        (Condition("street", Operator.IS, ("rue de l'epee",)), ["PL-2", "PL-10"]),
        (Condition("street", Operator.EMPTY), ["ARM-1", "CAM-7", "PL-1"]),
        (Condition("serial", Operator.FILLED), ["CAM-7"]),
        (Condition("class", Operator.IS, ("camera", "cabinet")), ["ARM-1", "CAM-7"]),
        (Condition("class", Operator.IS_NOT, ("streetlight",)), ["ARM-1", "CAM-7"]),
        (Condition("status", Operator.IS, ("retired",)), ["PL-1"]),
        (Condition("state", Operator.IS, ("fault",)), ["CAM-7"]),
        (Condition("commissioned", Operator.BELOW, ("01/01/2010",)), ["PL-2"]),
        (Condition("commissioned", Operator.BETWEEN, ("2004", "2020-01-01")), ["PL-1", "PL-2"]),
        (Condition("commissioned", Operator.EMPTY), ["ARM-1", "CAM-7", "PL-10"]),
        (Condition("age_years", Operator.AT_LEAST, ("20",)), ["PL-2"]),
        (Condition("height_m", Operator.IS, ("6,5",)), ["CAM-7"]),
        (Condition("supply_parent", Operator.CONTAINS, ("foch",)), ["PL-10"]),
        (Condition("supply_parent", Operator.IS, ("arm-1",)), ["PL-10"]),
        (Condition("extra.fournisseur", Operator.CONTAINS, ("dup",)), ["ARM-1"]),
        (Condition("extra.unknown", Operator.EMPTY), ["ARM-1", "CAM-7", "PL-1", "PL-2", "PL-10"]),
    ],
)
async def test_each_comparison_leaves_what_it_says(city: City, condition: Condition, codes: list[str]) -> None:
    assert city.listed("", condition) == codes


async def test_what_is_not_known_is_neither_below_nor_above(city: City) -> None:
    below = city.listed("", Condition("height_m", Operator.BELOW, ("100",)))
    above = city.listed("", Condition("height_m", Operator.AT_LEAST, ("0",)))
    assert below == above == ["CAM-7"]


async def test_conditions_are_joined_by_and_or_and_groups(city: City) -> None:
    lamps = Condition("class", Operator.IS, ("streetlight",))
    either = Group(Match.ANY, (Condition("code", Operator.IS, ("pl-1",)), Condition("supply_parent", Operator.FILLED)))
    assert city.listed("", lamps, either) == ["PL-1", "PL-10"]
    assert city.listed("", lamps, Group(), Condition("age_years", Operator.ABOVE, ("abc",))) == [
        "PL-1",
        "PL-2",
        "PL-10",
    ]


async def test_lists_are_ordered_as_people_count_and_what_is_empty_comes_last(city: City) -> None:
    assert city.listed(sort=(SortKey("name"),)) == ["ARM-1", "CAM-7", "PL-1", "PL-2", "PL-10"]
    assert city.listed(sort=(SortKey("code", True),)) == ["PL-10", "PL-2", "PL-1", "CAM-7", "ARM-1"]
    assert city.listed(sort=(SortKey("commissioned"),))[:2] == ["PL-2", "PL-1"]
    assert city.listed(sort=(SortKey("commissioned", True),))[:2] == ["PL-1", "PL-2"]
    assert city.listed(sort=(SortKey("class"), SortKey("code", True)))[0] == "ARM-1"
    assert city.listed(sort=(SortKey("state", True),))[0] == "CAM-7"


async def test_groups_tell_exact_counts_and_open_one_by_one(city: City) -> None:
    closed = city.listing(RegisterView(group="class"))
    assert [group.count for group in closed.groups] == [1, 1, 3]
    assert closed.lines.tolist() == [-1, -2, -3]
    opened = city.listing(RegisterView(group="class"), frozenset({closed.groups[2].key}))
    assert [int(line) < 0 for line in opened.lines] == [True, True, True, False, False, False]
    keys = lambda: group_keys(city.columns, city.matcher, "class")  # noqa: E731
    inside = assets_of(closed, np.array([-3]), keys)
    assert sorted(city.columns.ids[inside].tolist()) == [1, 2, 3]
    years = city.listing(RegisterView(group="commissioned"))
    assert [group.key for group in years.groups] == [2005, 2020, -1]


async def test_what_changes_and_what_goes_is_told_at_once(city: City) -> None:
    city.assets[1] = msgspec.structs.replace(city.assets[1], name="Boulevard Carnot", supply_parent=5)
    city.columns.take([city.assets[1]])
    city.columns.forget([2])
    assert city.listed("carnot") == ["PL-2"]
    assert city.listed("epee") == ["PL-2"]  # its street
    assert city.columns.count == 4
    again = _asset(9, "PL-9", name="Neuf")
    city.assets[9] = again
    city.columns.take([again])
    assert city.columns.end == 5  # the row is used again
    assert city.listed("neuf") == ["PL-9"]


async def test_texts_longer_than_a_column_are_found_to_their_last_word(city: City) -> None:
    city.assets[3] = msgspec.structs.replace(city.assets[3], name="x" * 300 + " fin")
    city.columns.take([city.assets[3]])
    assert city.listed("fin") == ["PL-1"]
    assert city.listed("", Condition("name", Operator.ENDS, ("fin",))) == ["PL-1"]
    city.columns.take([msgspec.structs.replace(city.assets[3], name="court")])
    assert city.listed("fin") == []


async def test_a_map_confines_the_list(city: City) -> None:
    only = np.array([2, 4, 99], np.uint32)
    found = listing(city.columns, city.matcher, city.ranks, RegisterWish(only=only))
    assert sorted(city.columns.ids[found.passing].tolist()) == [2, 4]
    assert found.total == 5


@pytest.mark.parametrize(
    ("text", "value"), [("12,5", 12.5), ("1 200", 1200.0), ("-3", -3.0), ("abc", None), ("inf", None), ("", None)]
)
def test_numbers_are_read_as_people_type_them(text: str, value: float | None) -> None:
    assert number_of(text) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/05/2019", dt.date(2019, 5, 31)),
        ("2019-05-31", dt.date(2019, 5, 31)),
        ("2019", dt.date(2019, 1, 1)),
        ("31/02/2019", None),
        ("5/2019", None),
        ("²019", None),
    ],
)
def test_days_are_read_as_people_type_them(text: str, day: dt.date | None) -> None:
    assert day_of(text) == day


def test_a_view_comes_back_as_it_was_kept() -> None:
    view = RegisterView(
        text="foch",
        filter=Group(Match.ANY, (Condition("age_years", Operator.ABOVE, ("10",)), Group())),
        columns=(("name", 200), ("extra.fournisseur", 0)),
        sort=(SortKey("name", True),),
        group="commune",
    )
    kept = read(written("Old", view, is_shared=True))
    assert kept is not None
    assert kept.value == view


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"filter":{"type":"group","items":' * 9, '{"filter":{"type":"group","items":[{"type":"x"}]}}'],
)
def test_what_makes_no_sense_is_no_view(content: str) -> None:
    assert read(NamedContent(name="Bad", content=content)) is None


def test_fields_of_another_console_are_left_out_and_a_monstrous_filter_is_refused() -> None:
    view = RegisterView(columns=(("name", 0), ("nonsense", 0)), sort=(SortKey("nonsense"),), group="nonsense")
    assert checked(view) == RegisterView(columns=(("name", 0),))
    deep = Group()
    for _ in range(10):
        deep = Group(items=(deep,))
    with pytest.raises(ValueError, match="too large"):
        checked(RegisterView(filter=deep))
