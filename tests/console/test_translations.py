"""Every word on screen exists in both languages."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.kit.panel_registry import load_panels
from console.kit.sounding import SoundFault
from console.kit.translations import LANGUAGES, Translations, load_table
from console.kit.video import PictureState
from console.panels.alarms.act_words import ACTS, TOOLS
from console.panels.alarms.history_view import COLUMNS as HISTORY_COLUMNS
from console.panels.area.presenter import Grouping
from console.store.alarm_filters import Assigned, Order, Sight
from console.store.link import LinkStage
from contract.alarm_work import AlarmAct
from contract.alarms import Priority, ShownState
from contract.assets import AssetStatus
from contract.claims import Rank
from contract.commands import CommandState
from contract.journal import EntryKind
from contract.points import Quality
from contract.stream import Visual
from widgets.alarm_filter_values import FIELDS
from widgets.alarm_list_columns import Column

ROOT = Path(__file__).parents[2]


def _literal_keys() -> Iterator[tuple[str, str]]:
    for folder in ("console", "widgets"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    name = ast.unparse(node.func).rsplit(".", 1)[-1]
                    key = node.args[0].value
                    if name in {"tr", "_tr", "texts", "_texts"} and isinstance(key, str):
                        yield key, file.name


def _composed_keys() -> Iterator[str]:
    yield from (f"visual.{item.name.lower()}" for item in Visual)
    yield from (f"quality.{item.name.lower()}" for item in Quality)
    yield from (f"priority.p{int(item)}" for item in Priority)
    yield from (f"link.{item.value}" for item in LinkStage)
    yield from (f"alarms.state.{item.name.lower()}" for item in ShownState if item is not ShownState.E_SHLVD)
    yield from (f"alarms.sight.{item.value}" for item in Sight)
    yield from (f"alarms.empty.{item.value}" for item in Sight)
    yield from (f"alarms.column.{item.value}" for item in Column)
    yield from (f"alarms.order.told.{item.value}" for item in Order if item is not Order.URGENCY)
    yield from (f"alarms.filters.held_by.{item.value}" for item in Assigned if item is not Assigned.ANYBODY)
    yield from (f"alarms.filters.{name}" for name in FIELDS)
    yield from (f"alarms.filters.every_{name}" for name in FIELDS)
    yield from (f"alarms.bulk.{part}.{item.value}" for part in ("done", "title", "confirm") for item in AlarmAct)
    yield from (f"alarms.person.{key}" for key in ("there", "away", "out", "nobody"))
    yield from (f"alarms.conflict_act.{item.value}" for item in AlarmAct)
    yield from (f"alarms.history.{name}" for name in HISTORY_COLUMNS)
    yield from (key for act in (*ACTS, *TOOLS) for key in (act.text, act.hint))
    yield from (f"status.{item.value}" for item in AssetStatus)
    yield from (f"rank.{item.name.lower()}" for item in Rank)
    yield from (f"command.{item.value.lower()}" for item in CommandState)
    yield from (f"journal.kind.{item.value}" for item in EntryKind)
    yield from (f"video.{item.value}" for item in PictureState if item is not PictureState.LIVE)
    yield from (
        f"sound.fault.{item.value}{end}" for item in SoundFault if item.value != "none" for end in ("", "_hint")
    )
    yield from (f"area.by_{item.value}" for item in Grouping)
    for spec in load_panels().values():
        yield from (shortcut.text_key for shortcut in spec.shortcuts)


def test_both_languages_have_the_same_texts_with_the_sameblanks_of() -> None:
    french, english = (load_table(language) for language in LANGUAGES)
    assert set(french) == set(english)
    for key, text in french.items():
        assert blanks_of(text) == blanks_of(english[key]), key
        assert text.strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    table = load_table(language)
    missing = {key for key, _file in _literal_keys() if key not in table} | {
        key for key in _composed_keys() if key not in table
    }
    assert not missing


def test_a_text_that_does_not_exist_shows_its_key_rather_than_nothing() -> None:
    assert Translations("fr")("no.such.text") == "no.such.text"


def blanks_of(text: str) -> set[str]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(text) if name is not None}
