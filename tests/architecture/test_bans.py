"""The linter catches what the house bans, wherever it is written; what it cannot see is looked for here."""

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("contract", "backend", "video", "media", "city", "backend_client", "widgets", "console")

# what is written -> the rule that catches it
BANNED = {
    "import asyncio\n\nasyncio.create_task(work())\n": "TID251",
    "from asyncio import create_task\n\ncreate_task(work())\n": "TID251",
    "import asyncio\n\nasyncio.ensure_future(work())\n": "TID251",
    "from PySide6.QtCore import QThread\n\nQThread()\n": "TID251",
    "from PySide6 import QtCore\n\nQtCore.QTimer()\n": "TID251",
    "import datetime as dt\n\ndt.datetime.utcnow()\n": "TID251",
    "import datetime as dt\n\ndt.datetime.now(dt.UTC)\n": "TID251",
    "from datetime import datetime\n\ndatetime.today()\n": "TID251",
    "import time\n\ntime.time()\n": "TID251",
    "def late() -> None:\n    import json\n\n    json.dumps(1)\n": "PLC0415",
    "from . import neighbour\n\nneighbour.call()\n": "TID252",
    "try:\n    work()\nexcept Exception:\n    pass\n": "BLE001",
    "print(1)\n": "T201",
    "thing._secret()\n": "SLF001",
    'name = "x"\nquery = f"SELECT * FROM users WHERE name = \'{name}\'"\n': "S608",
}

# A loop's own create_task hides the task from its owner: the owners themselves, and one that ends in the same function.
TASK_OWNERS = {
    "backend/devkit/tasks.py",
    "video/task_owner.py",
    "console/kit/task_bag.py",
    "backend_client/mirror.py",
}


def _rules_broken(code: str, file: str) -> set[str]:
    program = Path(sys.executable).with_name("ruff")
    run = subprocess.run(
        [program, "check", "--no-cache", "--output-format", "concise", "--stdin-filename", file, "-"],
        cwd=ROOT,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[1] for line in run.stdout.splitlines() if line.startswith(file)}


@pytest.mark.parametrize("code", BANNED)
def test_the_linter_catches_what_is_banned(code: str) -> None:
    assert BANNED[code] in _rules_broken(code, "backend/services/injected.py")


@pytest.mark.parametrize("package", PRODUCT)
def test_no_package_is_spared(package: str) -> None:
    assert "TID251" in _rules_broken("import time\n\ntime.time()\n", f"{package}/injected.py")


@pytest.mark.parametrize("file", ["widgets/injected.py", "widgets/city_map/injected.py", "console/shell/injected.py"])
def test_a_timer_outside_the_frame_clock_is_caught(file: str) -> None:
    assert "TID251" in _rules_broken("from PySide6.QtCore import QTimer\n\nQTimer()\n", file)
    assert _names(ast.parse("widget.startTimer(10)")) & {"startTimer"}


def test_the_frame_clock_is_the_only_home_of_timers() -> None:
    timers = {"QTimer", "QBasicTimer", "QChronoTimer", "QDeadlineTimer", "startTimer", "singleShot", "timerEvent"}
    homes = {file for file, tree in _modules("widgets", "console") if _names(tree) & timers}
    assert homes == {"widgets/frame_clock.py"}


def test_every_task_has_an_owner() -> None:
    assert {file for file, tree in _modules(*PRODUCT) if _loose_tasks(tree)} == TASK_OWNERS


@pytest.mark.parametrize(
    "code",
    ["asyncio.get_running_loop().create_task(work())", "self._loop.create_task(work())", "group.create_task(work())"],
)
def test_a_task_without_owner_is_seen(code: str) -> None:
    assert _loose_tasks(ast.parse(code)) == 1


def test_a_task_of_a_group_has_an_owner() -> None:
    code = "async def both():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(work())\n"
    assert _loose_tasks(ast.parse(code)) == 0


def test_no_screen_needs_opengl() -> None:
    """F27: everything is painted by QPainter; a machine without a graphics card, or that loses it, shows all."""
    accelerated = {"QtOpenGL", "QtOpenGLWidgets", "QtQuick", "QtQuickWidgets", "QtWebEngineWidgets", "QtQml"}
    imported = {
        (file, name)
        for file, tree in _modules("widgets", "console")
        for node in ast.walk(tree)
        for name in _imported(node)
        if name.startswith("PySide6")
    }
    assert ("console/shell/application.py", "PySide6.QtWidgets") in imported
    assert not [(file, name) for file, name in imported if accelerated & set(name.split("."))]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module is not None:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        yield from _parsed(package)


@functools.cache
def _parsed(package: str) -> list[tuple[str, ast.Module]]:
    files = sorted((ROOT / package).rglob("*.py"))
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))) for path in files]


def _names(tree: ast.Module) -> set[str]:
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _loose_tasks(tree: ast.Module) -> int:
    """How many tasks are made by anything but a TaskGroup that the same module opens."""
    groups = {
        ast.unparse(item.optional_vars)
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncWith)
        for item in node.items
        if item.optional_vars is not None and ast.unparse(item.context_expr).endswith("TaskGroup()")
    }
    made = [
        node.func.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "create_task"
    ]
    return sum(1 for owner in made if ast.unparse(owner) not in groups)
