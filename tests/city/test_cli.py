"""`main.py city` as its parent sees it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from city.cli import main
from contract.city_plan import CityPlan, CityReady

_MAIN = Path(__file__).parents[2] / "main.py"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ["city", "--scale", "0.05", "--calm", "--quit-with-parent"]
    folders = ["--out", str(tmp_path / "out"), "--films", str(tmp_path / "films")]
    with subprocess.Popen(
        [sys.executable, str(_MAIN), *arguments, *folders], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def ready_line(process: subprocess.Popen[bytes]) -> CityReady:
    assert process.stdout is not None
    return msgspec.json.decode(process.stdout.readline(), type=CityReady)


def test_it_says_in_one_line_where_its_plan_and_levers_are(city: subprocess.Popen[bytes]) -> None:
    ready = ready_line(city)
    plan = msgspec.msgpack.decode(Path(ready.plan_path).read_bytes(), type=CityPlan)
    assert (plan.seed, plan.scale) == (1, 0.05)
    assert ready.control_url.startswith("http://127.0.0.1:")
    city.terminate()
    assert city.wait(5) == 0


def test_it_leaves_with_its_parent(city: subprocess.Popen[bytes]) -> None:
    ready_line(city)
    assert city.stdin is not None
    city.stdin.close()
    assert city.wait(5) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--listen", "0.0.0.0:0"], "loopback"),
        (["--listen", "127.0.0.1"], "HOST:PORT"),
        (["--scale", "1000"], "between"),
        (["--seed", "-1"], "whole number"),
    ],
)
def test_a_wrong_argument_is_explained(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert says in capsys.readouterr().err


def test_help_tells_the_scales_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert "Exit codes" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    code = main(["--scale", "0.02", "--out", str(tmp_path / "file"), "--films", str(tmp_path / "films")])
    assert code == 1
    assert "--out" in capsys.readouterr().err
