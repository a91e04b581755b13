"""An exported map is opened by somebody who has no console, no network, and no reason to trust the names in it."""

import base64
import hashlib
import json
import re
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.stream import Visual
from exported_maps.plain_text import plain
from exported_maps.values import Shape
from tests.exported_maps.reading import ReadPage
from tests.exported_maps.samples import asset, city, made

# Names of XML dialects, which are never fetched, and the page that Leaflet's own line of credit (not shown) points at.
NAMES_ONLY = {"http://www.w3.org/2000/svg", "https://leafletjs.com"}
EVIL = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe\u202c",
    "\"' onmouseover='alert(1)",
    "{{ 7 * 7 }} {% raw %} ${1+1}",
    "<!--<script>",
    "]]>&lt;b&gt;",
    "\x00\x1b[31mred\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "\u2028\u2029`",
    "%POLICY% place-of-the-policy",
)


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_fetched(shape: Shape, language: str) -> None:
    page = made(city(shape=shape, language=language))
    read = ReadPage(page)
    for tag, attributes in read.tags:
        assert tag not in {"link", "iframe", "object", "embed", "img", "base", "form", "audio", "video", "source"}
        assert not {"src", "srcset", "action", "style", "background", "poster", "ping"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith("#")
    for style in read.code["style"]:
        assert "url(" not in style
        assert "@import" not in style
    assert set(re.findall(r"https?://[\w./-]+", page)) <= NAMES_ONLY
    assert "sourceMappingURL" not in page


def test_the_policy_lets_the_pages_own_code_run_and_nothing_else() -> None:
    read = ReadPage(made(city()))

    assert read.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in read.policy
    for name in ("script", "style"):
        allowed = re.search(rf"{name}-src ([^;]*)", read.policy)
        assert allowed is not None
        code = read.code[name][1:] if name == "script" else read.code[name]  # the first holds values, not code
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code]
        assert allowed[1].split() == [f"'sha256-{value}'" for value in hashes]


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_stays_a_name_wherever_it_stands(evil: str) -> None:
    harmless, hostile = (ReadPage(made(_called(name))) for name in ("Rue Verte", evil))

    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in harmless.tags]
    assert len(hostile.code["script"]) == 3
    assert hostile.cells[1][1] == plain(evil)
    assert evil not in hostile.text or plain(evil) == evil
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", hostile.text)
    assert plain(evil, 40) in [line for name in hostile.told["names"] for line in name["lines"]]
    for code in hostile.code["script"][2:]:
        assert "alert(1)" not in code


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.text(max_size=60), code=st.text(max_size=20), title=st.text(max_size=40))
def test_whatever_a_name_holds_the_list_says_it_and_the_page_holds(name: str, code: str, title: str) -> None:
    read = ReadPage(made(city(title=title, assets=(asset(7, name=name, code=code),))))

    assert read.cells[1][:2] == [plain(code), plain(name)]
    assert len(read.code["script"]) == 3


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(list(Visual)), st.integers(0, 1), st.booleans(), st.sampled_from([5.03, None, 1e9])),
        max_size=40,
    )
)
def test_every_asset_is_in_the_list_and_every_count_is_exact(
    drawn: list[tuple[Visual, int, bool, float | None]],
) -> None:
    assets = tuple(
        asset(number, state=state, kind=kind, is_unacknowledged=waits, lon=lon)
        for number, (state, kind, waits, lon) in enumerate(drawn)
    )
    page = made(city(language="en", assets=assets))
    read = ReadPage(page)

    assert Counter(row[0] for row in read.cells[1:]) == Counter(item.code for item in assets)
    placed = [item for item in assets if item.lon == 5.03]
    assert read.told["drawn"] == len(placed)
    points = _points(read.code["script"][2])
    assert Counter(point["s"] for point in points) == Counter(int(item.state) for item in placed)
    for count, words in (
        (len(assets), "assets"),
        (sum(item.state >= Visual.ALARM_P4 for item in assets), "in alarm"),
        (sum(item.is_unacknowledged for item in assets), "alarms not acknowledged"),
    ):
        assert f"<b>{count}</b> <span>{words}</span>" in page


def test_no_state_is_told_by_colour_alone() -> None:
    read = ReadPage(made(city(assets=tuple(asset(int(state), state=state) for state in Visual))))
    told = {(mark["outline"], mark["sign"], mark["strokes"]) for mark in read.told["marks"]}
    assert len(told) == len(Visual)
    assert len({row[3] for row in read.cells[1:]}) == len(Visual)


def test_time_author_and_credits_are_on_the_page() -> None:
    french, english = made(city()), made(city(language="en"))
    assert "14/03/2026 23:05:09 CET (UTC+01:00)" in french
    assert "2026-03-14 23:05:09 CET (UTC+01:00)" in english
    for page in (french, english):
        assert "Camille Martin" in page
        assert "Registre de la ville" in ReadPage(page).told["credits"]
    assert '<html lang="fr">' in french
    assert '<html lang="en">' in english


def test_the_worst_is_first_in_the_list_and_last_drawn() -> None:
    read = ReadPage(made(city()))
    assert [row[0] for row in read.cells[1:]] == ["L-00003", "L-00002", "C-118", "L-00001"]
    assert [point["n"] for point in _points(read.code["script"][2])] == [3, 2, 1, 0]


def test_a_report_holds_the_columns_that_were_asked_for() -> None:
    wanted = city(
        shape=Shape.REPORT, extra_columns=("Mise en service", "Série"), assets=(asset(1, extra=("2019", "A7")),)
    )
    read = ReadPage(made(wanted))
    assert read.cells[0][-2:] == ["Mise en service", "Série"]
    assert read.cells[1][-2:] == ["2019", "A7"]


def _points(script: str) -> list[dict[str, Any]]:
    return [json.loads(found) for found in re.findall(r'"properties": (\{[^{}]*"n"[^{}]*\})', script)]


def _called(name: str) -> Any:
    whole = city(title=name, subtitle=name, author=name, zone=name, note=name, attribution=(name,))
    assert whole.choropleth is not None
    area, other = whole.choropleth.areas
    replace = msgspec.structs.replace
    return replace(
        whole,
        assets=(asset(1, name=name, code=name, street=name, commune=name),),
        choropleth=replace(whole.choropleth, title=name, areas=(replace(area, name=name), other)),
        alarms=tuple(replace(alarm, asset=name, text=name) for alarm in whole.alarms),
    )
