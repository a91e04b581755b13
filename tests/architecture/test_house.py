"""House rules that a look at the tree can check."""

import subprocess
from pathlib import Path

from tools.file_ceiling import CEILING, too_long

ROOT = Path(__file__).parents[2]


def test_no_file_is_over_the_ceiling() -> None:
    assert too_long(ROOT) == []


def test_the_ceiling_is_seen(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "long.py").write_text("x = 1\n" * (CEILING + 1), "utf-8")
    (tmp_path / "short.py").write_text("x = 1\n" * CEILING, "utf-8")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert too_long(tmp_path) == [("long.py", CEILING + 1)]


def test_the_lock_names_no_registry() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = [line for line in lock.splitlines() if "==" in line and not line.startswith(("#", " "))]
    assert pinned
    assert all(line.endswith("\\") for line in pinned)
