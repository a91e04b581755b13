"""The page of the fault matrix tells every row, names tests that exist, and leaves out none that carries its number."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "fault-matrix.md"
ROWS: Final = range(1, 69)
_NAMED: Final = re.compile(r"^- `(tests/[\w/]+\.py)::(\w+)`$", re.MULTILINE)


@cache
def _sections() -> dict[int, str]:
    """The text below each row's heading."""
    parts = re.split(r"^## F(\d+) · .+$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_every_row_is_there_once_and_in_order() -> None:
    assert re.findall(r"^## F(\d+) · .", PAGE.read_text("utf-8"), flags=re.MULTILINE) == [str(row) for row in ROWS]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_happens_and_what_shows_it(row: int) -> None:
    said, *_ = _sections()[row].strip().split("\n\n")
    assert len(said) > 20
    assert not said.startswith(("-", "**"))
    tests = _NAMED.findall(_sections()[row])
    assert tests or "**No test:** " in _sections()[row]
    assert len(tests) == len(set(tests))
    assert _sections()[row].count("`tests/") == len(tests), "a test is named on a line of its own"
    assert [f"{file}::{name}" for file, name in tests if name not in _tests(file)] == []


def test_what_carries_the_number_of_a_row_is_named_in_it() -> None:
    files = [path.relative_to(ROOT).as_posix() for part in ("backend", "journeys") for path in _files(part)]
    numbered = [(int(row), file, name) for file in files for name in _tests(file) for row in _numbers(name)]
    assert len(numbered) > 50
    left_out = [
        f"F{row} {file}::{name}" for row, file, name in numbered if (file, name) not in _NAMED.findall(_sections()[row])
    ]
    assert not left_out, "name these in docs/fault-matrix.md:\n" + "\n".join(left_out)


@pytest.mark.parametrize("name", ["test_f68_x", "test_f07_f12_x", "test_x_f3", "test_f3"])
def test_a_number_is_read_from_a_name(name: str) -> None:
    assert _numbers(name) == {"test_f68_x": ["68"], "test_f07_f12_x": ["07", "12"]}.get(name, [])


def _numbers(name: str) -> list[str]:
    found = re.match(r"test_((?:f\d+_)+)", name)
    return [] if found is None else re.findall(r"\d+", found[1])


def _files(part: str) -> Iterator[Path]:
    yield from sorted((ROOT / "tests" / part).rglob("test_*.py"))


@cache
def _tests(file: str) -> frozenset[str]:
    """What pytest collects in a file: functions, and state machines under the name they are given."""
    path = ROOT / file
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body if path.exists() else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr == "TestCase":
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(name for name in found if name.startswith(("test_", "Test")))
