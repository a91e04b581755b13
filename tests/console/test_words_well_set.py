"""Texts are set as a careful writer sets them: French spaces, agreement with numbers, days as people write them."""

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from console.kit.counted_text import is_one
from console.kit.formats import day_text, read_day
from console.kit.translations import LANGUAGES, Translations, load_table, set_in_french
from widgets.texts import pair

ROOT: Final = Path(__file__).parents[2]
# A sign that stands at a word without its space; a clock (02:14), an address (http:) and {blanks} are none.
_GLUED: Final = re.compile(r"[^\W\d_)»][;:!?](?=\s|$)")
_LOOSE: Final = re.compile(r"[ \u00a0][;:!?»%]|«[ \u00a0]")
_TWICE: Final = re.compile(r"\S[ \u00a0]{2,}\S")
_COUNTED: Final = re.compile(
    r"\{(count|total|shown|of|lines|rows|days|alarms|readings|clips|failures|found)\}\s([^\W\d_]+)s\b"
)
_ALWAYS_MANY: Final = (
    *("said.", "exported_map.", "spoken.classes.", "spoken.alarms", "fleet.no_way", "flood.banner_one", "footage.most"),
    *("logbook.too_many", "asset_file.labels.too_many", "administration.preview.nothing", "health.chattering.hint"),
)
"""Limits, which are never one; a city's whole; and texts that code chooses for many."""
_NO_PLURAL: Final = frozenset({"foi", "san", "dan", "i", "plu", "alway", "thi", "wa", "les", "a", "de", "moin"})
_WRITES_A_DAY: Final = re.compile(r"%Y-%m-%d(?![_ ]%H[-.])|yyyy-MM-dd|\.isoformat\(\)")
_FOR_MACHINES: Final = {
    "console/panels/seals/panel.py": "read back at once by Qt",
    "console/panels/asset_file/words.py": "in a request",
    "console/store/map_export.py": "in a file that machines read",
    "console/panels/alarm_health/panel.py": "a file's name, which sorts by day",
    "console/panels/map/paper_export.py": "on paper that goes abroad, in English",
    "console/kit/formats.py": "a day as files have it is read too",
}


def texts_of(language: str) -> dict[str, str]:
    """Texts by key, each blank as its bare name; what agrees with a number is left out."""
    return {key: "".join(_parts(text)) for key, text in load_table(language).items()}


def _parts(text: str) -> Iterator[str]:
    for literal, name, form, _conversion in string.Formatter().parse(text):
        yield literal
        if name is not None:
            yield "\N{ZERO WIDTH SPACE}" if form and "|" in form else f"{{{name}}}"


def test_french_signs_stand_behind_a_space_that_ends_no_line() -> None:
    loose = {key: text for key, text in load_table("fr").items() if _LOOSE.search(text)}
    glued = {key: text for key, text in texts_of("fr").items() if _GLUED.search(text)}
    assert (loose, glued) == ({}, {})


def test_an_english_sign_stands_at_its_word() -> None:
    loose = {key for key, text in texts_of("en").items() if re.search(r"\w\s[;:!?](\s|$)", text)}
    assert loose == {"alarm_rules.displays", "imports.separator_of.semicolon"}  # these name the sign itself


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_two_spaces(language: str) -> None:
    twice = {key for key, text in load_table(language).items() if _TWICE.search(text)}
    assert {key for key in twice if not key.startswith("imports.step.")} == {"imports.nothing_hint"}  # set apart


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_counted_agrees_with_its_number(language: str) -> None:
    wrong = {
        key: text
        for key, text in texts_of(language).items()
        if not key.startswith(_ALWAYS_MANY)
        for found in _COUNTED.finditer(text)
        if found[2] not in _NO_PLURAL
    }
    assert not wrong


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("fr", 0, "0 équipement"),
        ("fr", 1, "1 équipement"),
        ("fr", 2, "2 équipements"),
        ("fr", "1\u202f204", "1\u202f204 équipements"),
        ("en", 0, "0 assets"),
        ("en", 1, "1 asset"),
        ("en", "1,204", "1,204 assets"),
    ],
)
def test_one_asset_is_not_said_as_many(language: str, count: object, words: str) -> None:
    assert Translations(language)("assets.all", total=count) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_counts_can_be_said_of_none_one_and_many(language: str) -> None:
    for key, text in load_table(language).items():
        if re.search(r"\{\w+:", text):
            names = set(re.findall(r"\{(\w+)", text))
            for count in (0, 1, 7):
                said = text.format(**dict.fromkeys(names, count))
                assert not set(said) & set("{}|"), (key, said)


def test_one_and_a_half_is_singular_in_french_only() -> None:
    assert (is_one("1,5", "fr"), is_one("1.5", "en"), is_one("0", "fr"), is_one(0, "en")) == (True, False, True, False)


def test_a_name_and_its_value_are_set_in_the_reader_s_language() -> None:
    assert pair("Configurer", "partout", Translations("fr")) == set_in_french("Configurer : partout")
    assert pair("Configure", "everywhere", Translations("en")) == "Configure: everywhere"


def test_a_day_is_shown_as_people_write_it_and_read_in_each_form() -> None:
    day = read_day("2024-05-31")
    assert day_text(day) == "31/05/2024"
    assert read_day(" 31/05/2024 ") == read_day("31.05.2024") == day
    assert read_day("31/02/2024") is None


def test_no_day_is_put_on_screen_as_machines_write_it() -> None:
    found = {
        str(file.relative_to(ROOT))
        for folder in ("console", "widgets")
        for file in (ROOT / folder).rglob("*.py")
        if not file.name.endswith("requests.py") and _WRITES_A_DAY.search(file.read_text("utf-8"))
    }
    assert found - set(_FOR_MACHINES) == set()


def test_no_name_and_value_are_joined_past_the_reader_s_language() -> None:
    """`f"{name}: {value}"` is English in a French sentence: `pair` sets it."""
    joined = re.compile(r"""f"[^"]*\}: \{""")
    for_machines = re.compile(r"log\.|raise |name=f|reason=|headers|\.last = |base_map|_fetch|self\._name")
    found = {
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for folder in ("console/panels", "console/store", "console/parts", "console/shell")
        for file in (ROOT / folder).rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if joined.search(line) and not for_machines.search(line)
    }
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_apostrophe_is_used_throughout(language: str) -> None:
    assert [key for key, text in load_table(language).items() if "\N{RIGHT SINGLE QUOTATION MARK}" in text] == []
