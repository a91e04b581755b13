"""What re-users of the API are given is true: the reference is as the routes are, the example reads a city."""

import asyncio
import datetime as dt
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract.administration import ApiKeyRequest, NewApiKey
from contract.points import Reading
from contract.rights import Grant, Level
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import TwoCommunes
from tools import api_reference

_EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "read_the_city.py"


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    city = TwoCommunes()
    await city.start()
    async with serve(city) as listening:
        yield listening
    await city.close()


async def _example(served: ServedCity, **environment: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(_EXAMPLE), served.url, "--class", "camera",
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def test_the_reference_is_as_the_routes_are() -> None:
    assert api_reference.main(["--check"]) == 0, "docs/api.md is old: run python -m tools.api_reference"


def test_a_reference_that_is_old_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_reference, "PLACE", tmp_path / "api.md")
    assert api_reference.main(["--check"]) == 1
    assert api_reference.main([]) == 0
    assert api_reference.main(["--check"]) == 0


async def test_the_example_reads_the_city_with_a_login_and_with_a_key(served: ServedCity) -> None:
    await served.city.account("anne")
    lamp = served.city.lamps()[0]
    await served.city.say(Reading(lamp.id, "lampFailure", True))
    code, said = await _example(served, BEFFROI_USER="anne", BEFFROI_PASSWORD="anne-password")
    assert (code, "CAM-21231" in said) == (0, True), said
    session = await served.login("anne")
    until = served.city.clock.now() + dt.timedelta(days=1)
    asked = ApiKeyRequest(name="open data", grants=(Grant(level=Level.VIEW),), expires_at=until)
    key = await session.post_for("/api-keys", asked, NewApiKey)
    code, with_key = await _example(served, BEFFROI_KEY=key.secret)
    assert (code, with_key) == (0, said)


async def test_the_example_says_why_it_may_not(served: ServedCity) -> None:
    code, said = await _example(served, BEFFROI_KEY="nonsense")
    assert code == 1
    assert "The backend said no" in said
    assert "Traceback" not in said
