"""A place to build clips in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.media.evidence.building_site import Site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Recordings in `footage`, clips in `clips`."""
    made = Site(tmp_path / "footage", tmp_path / "clips")
    yield made
    await made.building.close()
