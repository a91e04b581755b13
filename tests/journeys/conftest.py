"""Journeys run the real console in this process, against a real backend and city in theirs."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from tests.journeys.films import draw_films
from tests.journeys.stage import Stage


def pytest_collection_finish(session: pytest.Session) -> None:
    """Before the first test: no test's time pays for what a fresh machine must draw once."""
    if any(item.get_closest_marker("journey") for item in session.items) and not session.config.option.collectonly:
        draw_films()


class Nobody(QObject):
    """Is asked to show files instead of the system's programs, and shows nothing."""

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        """Leave it closed."""


@pytest.fixture(autouse=True)
def nothing_opens() -> Iterator[None]:
    """No story starts a browser or a reader on the machine it runs on."""
    nobody = Nobody()
    # Its stub asks for bytes, which it does not take.
    QDesktopServices.setUrlHandler("file", nobody, cast("bytes", "show"))
    yield
    QDesktopServices.unsetUrlHandler("file")


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
