"""Nothing on screen is in one language only: no words outside the translations, none left untranslated in them."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import pytest

from backend.services.said import TEXTS
from console.kit.panel_registry import load_panels
from console.kit.translations import load_table
from tests.console.words_in_both import (
    ENGLISH_ONLY,
    FRENCH_ONLY,
    LITERALS,
    NAMES,
    QUOTED,
    SHARED,
    SHOWING,
)

ROOT: Final = Path(__file__).parents[2]
_WORD: Final = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
FRENCH, ENGLISH = load_table("fr"), load_table("en")


def _literals(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield from (str(part.value) for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, right=right):
            yield from (*_literals(left), *_literals(right))
        case ast.IfExp(body=body, orelse=other):
            yield from (*_literals(body), *_literals(other))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for item in items:
                yield from _literals(item)
        case _:
            return


def shown_literals(source: str) -> Iterator[tuple[str, str]]:
    """Words that this code shows without asking the translations for them: (what shows them, words)."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rsplit(".", 1)[-1]
        for argument in [*node.args, *(each.value for each in node.keywords)] if name in SHOWING else ():
            for text in _literals(argument):
                is_key = text in FRENCH or any(key.startswith(text) for key in FRENCH if text.endswith("."))
                if _WORD.search(text) and not is_key:
                    yield name, text


def words_of(text: str) -> set[str]:
    """Words of a text, without its blanks."""
    plain = "".join(literal for literal, *_blank in string.Formatter().parse(text))
    return {word.casefold() for word in _WORD.findall(plain.replace("&", ""))}


def _labels() -> Iterator[tuple[str, str, str]]:
    """Bilingual names that stand in code and data: where, French, English."""
    for spec in load_panels().values():
        yield spec.id, spec.title.fr, spec.title.en
    classes = tomllib.loads((ROOT / "backend" / "domain" / "asset_classes.toml").read_text("utf-8"))
    yield from _within(classes, "asset_classes")


def _within(node: object, where: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, dict):
        table = cast("dict[str, object]", node)
        if set(table) == {"fr", "en"}:
            yield where, str(table["fr"]), str(table["en"])
            return
        name = str(table.get("code") or table.get("name") or table.get("kind") or "")
        for key, value in table.items():
            yield from _within(value, f"{where}.{name or key}")
    elif isinstance(node, list):
        for item in cast("list[object]", node):
            yield from _within(item, where)


def _both() -> Iterator[tuple[str, str, str]]:
    yield from ((key, FRENCH[key], ENGLISH[key]) for key in FRENCH if key in ENGLISH)
    yield from _labels()


def test_no_words_are_shown_past_the_translations() -> None:
    found = {
        f"{file.relative_to(ROOT)}: {name}({text!r})"
        for folder in ("console", "widgets")
        for file in (ROOT / folder).rglob("*.py")
        for name, text in shown_literals(file.read_text("utf-8"))
        if text not in LITERALS
    }
    assert not found


def test_each_exception_is_still_needed() -> None:
    shown = {
        text
        for folder in ("console", "widgets")
        for file in (ROOT / folder).rglob("*.py")
        for _name, text in shown_literals(file.read_text("utf-8"))
    }
    assert set(LITERALS) <= shown


@pytest.mark.parametrize(
    "code",
    [
        "label.setText('Ready')",
        "QPushButton(f'Open {name}')",
        "self._row.addRow('Port', self.port)",
        "button.setToolTip(tr('menu.leave') + ' now')",
    ],
)
def test_words_in_the_code_would_be_found(code: str) -> None:
    assert list(shown_literals(code))


def test_both_languages_say_it_differently_unless_every_word_is_the_same_in_both() -> None:
    same = {key: text for key, text, english in _both() if text == english}
    left = {key: text for key, text in same.items() if words_of(text) - SHARED - NAMES}
    assert not left


def test_no_text_is_in_the_other_language() -> None:
    english = {key: text for key, text, _english in _both() if words_of(text) & ENGLISH_ONLY}
    french = {key: text for key, _french, text in _both() if words_of(text) & FRENCH_ONLY and key not in QUOTED}
    assert (english, french) == ({}, {})


def test_whatever_the_backend_says_has_words_in_both_languages() -> None:
    missing = {code for code in TEXTS if f"said.{code}" not in FRENCH or f"said.{code}" not in ENGLISH}
    assert not missing
