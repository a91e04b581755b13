"""What the tools write works as it is: its tests, the conformance suite, the linter and the types are content."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.domain.asset_classes import parse_asset_classes
from tools.new_device import main

_ROOT = Path(__file__).resolve().parents[2]


def _run(folder: Path, *words: str, **environment: str) -> None:
    path = os.pathsep.join((str(_ROOT), str(folder)))
    run = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert run.returncode == 0, run.stdout[-3_000:] + run.stderr[-1_000:]


@pytest.mark.parametrize(("kind", "name"), [("device", "acme_rain"), ("panel", "zeta_tides")])
def test_what_is_written_is_sound(tmp_path: Path, kind: str, name: str) -> None:
    assert main([name, "--title", "Pluie d'Acme", "--out", str(tmp_path)], kind) == 0
    folder = tmp_path / name
    _run(folder, "ruff", "format", "--check", str(folder))
    _run(folder, "ruff", "check", "--no-cache", str(folder))
    _run(folder, "pytest", "-q", str(folder / "checks"))
    stubs = os.pathsep.join((str(_ROOT / "typings"), str(folder)))
    _run(folder, "mypy", str(folder), MYPYPATH=stubs)


def test_a_new_integration_passes_the_conformance_suite(tmp_path: Path) -> None:
    assert main(["acme_rain", "--title", "Rain", "--out", str(tmp_path)]) == 0
    suite = "tests/conformance/test_conformance.py"
    _run(tmp_path / "acme_rain", "pytest", "-q", suite, BEFFROI_CONFORMANCE="acme_rain:checks.harness")


@pytest.mark.parametrize(
    ("topic", "sample"),
    [
        ("rivers/{address}/up", '{"sn": "RG-0042", "lvl_mm": 1234, "bat_mv": 3550, "ts": 1700000000}'),
        ("rivers/all", '{"sn": "RG-0042", "levels": {"now": 1.5}, "isWet": true, "at": "2026-11-23T18:00:00Z"}'),
        ("site/+/{address}", '{"dB(A)": 61.5}'),
    ],
)
def test_a_message_of_the_sensor_is_enough_to_begin(tmp_path: Path, topic: str, sample: str) -> None:
    words = ["acme_river", "--title", "River gauge", "--title-fr", "Limnimètre", "--topic", topic, "--sample", sample]
    assert main([*words, "--out", str(tmp_path)]) == 0
    folder = tmp_path / "acme_river"
    _run(folder, "pytest", "-q", str(folder / "checks"))
    _run(folder, "ruff", "check", "--no-cache", str(folder))
    classes = parse_asset_classes((folder / "acme_river" / "asset_classes.toml").read_text("utf-8"))
    assert classes["acme_river"].label.fr == "Limnimètre"
    assert classes["acme_river"].alarms[0].kind == "silent"


@pytest.mark.parametrize(
    ("topic", "sample", "words"),
    [
        ("rivers/up", '{"level": 1}', "write {address} as the level of the topic"),
        ("rivers/{address}", "{'level': 1}", "the sample is no JSON"),
        ("rivers/{address}", '{"name": "x"}', "holds no number"),
        ("rivers/{address}", "[1]", "the sample is one object"),
        ("rivers/{address}", '{"a b": 1, "a-b": 2}', "points of the same name"),
    ],
)
def test_a_message_that_says_too_little_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], topic: str, sample: str, words: str
) -> None:
    assert main(["rain", "--title", "Rain", "--topic", topic, "--sample", sample, "--out", str(tmp_path)]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "title", "words"),
    [
        ("Rain-Gauge", "Rain", "no name of a Python package"),
        ("class", "Rain", "no name of a Python package"),
        ("json", "Rain", "is taken"),
        ("backend", "Rain", "is taken"),
        ("rain", 'Rain "1"', "the title is one line"),
        ("../rain", "Rain", "no name of a Python package"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, title: str, words: str
) -> None:
    assert main([name, "--title", title, "--out", str(tmp_path)]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rain", "--title", "Rain", "--out", str(tmp_path)]) == 0
    assert main(["rain", "--title", "Rain", "--out", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err
