"""Journeys run the real console in this process, against a real backend and city in theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A tenth of the demo city, calm, with its backend."""
    made = Stage(tmp_path / "stage")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def lasting_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same for all stories of a file, each of which leaves the city well."""
    made = Stage(tmp_path_factory.mktemp("city") / "stage")
    made.start()
    yield made
    made.stop()
