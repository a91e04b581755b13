"""The one command: every part explains itself, and wrong words end with 2."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = Path(__file__).parents[1] / "main.py"


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, MAIN, *words], capture_output=True, text=True, check=False, timeout=60)


PARTS = ("backend", "city", "media", "import", "export", "base-map", "user", "audit", "backup", "restore", "update")


@pytest.mark.parametrize("part", [(), *((part,) for part in PARTS)])
def test_every_part_explains_itself(part: tuple[str, ...]) -> None:
    run = _run(*part, "--help")
    assert run.returncode == 0
    assert run.stdout.startswith("usage:")


@pytest.mark.parametrize(
    "words",
    [("frobnicate",), ("backend", "--listen", "nowhere"), ("city", "--scale", "-1"), ("user", "promote"), ("import",)],
)
def test_wrong_use_ends_with_2_and_says_why(words: tuple[str, ...]) -> None:
    run = _run(*words)
    assert run.returncode == 2
    assert run.stderr.strip()


def test_listening_in_the_open_asks_for_a_certificate(tmp_path: Path) -> None:
    run = _run("backend", "--listen", "0.0.0.0:0", "--data", str(tmp_path))
    assert run.returncode == 2
    assert "certificate" in run.stderr


def test_a_python_without_the_packages_says_what_to_type(tmp_path: Path) -> None:
    shutil.copy(MAIN, tmp_path)
    bare = [sys.executable, "-S", str(tmp_path / "main.py"), "user", "list"]
    run = subprocess.run(bare, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 1
    assert "make setup" in run.stderr
    assert "Traceback" not in run.stderr


def test_what_there_is_to_type_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    shutil.copy(MAIN, tmp_path)
    bare = [sys.executable, "-S", str(tmp_path / "main.py"), "--help"]
    run = subprocess.run(bare, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0
    assert [part for part in PARTS if f"  {part} " not in run.stdout] == []


@pytest.mark.parametrize("words", [("restore", "nowhere.beffroi-backup"), ("backup", "--check", "nowhere")])
def test_no_passphrase_is_asked_for_a_backup_that_is_not_there(words: tuple[str, ...], tmp_path: Path) -> None:
    run = _run(*words, "--data", str(tmp_path))
    assert run.returncode == 1
    assert run.stderr.startswith("There is no backup nowhere")


def test_a_file_that_is_not_there_makes_no_city(tmp_path: Path) -> None:
    run = _run("import", str(tmp_path / "lamps.csv"), "--class", "streetlight", "--data", str(tmp_path / "city"))
    assert run.returncode == 1
    assert f"{tmp_path / 'lamps.csv'} is not a file" in run.stderr
    assert not (tmp_path / "city").exists()


def test_a_folder_for_pictures_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = _run("--screenshots", str(tmp_path / "file" / "pictures"))
    assert run.returncode == 2
    assert f"{tmp_path}/file/pictures cannot be made" in run.stderr


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "server.pem")
    run = _run("backend", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "city"), "--tls-cert", missing)
    assert run.returncode == 1
    assert f"{missing} cannot be used: No such file" in run.stderr


def test_a_python_without_the_packages_goes_on_under_our_own(tmp_path: Path) -> None:
    shutil.copy(MAIN, tmp_path)
    own = tmp_path / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text('#!/bin/sh\necho "own: $@"\n')
    own.chmod(0o755)
    bare = [sys.executable, "-S", str(tmp_path / "main.py"), "user", "list"]
    run = subprocess.run(bare, capture_output=True, text=True, check=False, timeout=60)
    assert run.stdout.strip() == f"own: {tmp_path / 'main.py'} user list"


def test_a_port_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = _run("backend", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", "--data", str(tmp_path))
    assert run.returncode == 1
    assert "is taken by another program" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_what_dies_leaves_no_image_of_its_memory() -> None:
    asking = "import main, resource; main.main(['nothing']); print(resource.getrlimit(resource.RLIMIT_CORE))"
    run = subprocess.run(
        [sys.executable, "-c", asking], capture_output=True, text=True, check=False, timeout=60, cwd=MAIN.parent
    )
    assert run.stdout.strip().endswith("(0, 0)")
