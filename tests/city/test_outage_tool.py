"""What `make outage` does to a running city, and says where there is none."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from city.plan import City
from city.running import RunningCity
from tools import outage


async def test_the_cabinet_named_goes_dark_and_comes_back(
    running: RunningCity, small_city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = await running.start()
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "ready.json").write_bytes(msgspec.json.encode(ready))
    code = small_city.lighting[0].groups[0].cabinet.code
    there = ["--data", str(tmp_path)]
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as aside:
        assert await loop.run_in_executor(aside, outage.main, [code, *there]) == 0
        assert running.lighting.status()["cabinets_without_supply"] == 1
        assert await loop.run_in_executor(aside, outage.main, [code, "--over", *there]) == 0
        assert running.lighting.status()["cabinets_without_supply"] == 0
        assert await loop.run_in_executor(aside, outage.main, ["ARM-none", *there]) == 1
    assert "knows no cabinet ARM-none" in capsys.readouterr().err


def test_where_no_city_runs_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outage.main(["--data", str(tmp_path)]) == 1
    assert "make run" in capsys.readouterr().err
