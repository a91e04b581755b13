"""A browser made by others opens an exported map: every asset drawn, no policy broken, nothing asked of the network."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract.stream import Visual
from exported_maps.values import Shape
from tests.exported_maps.samples import asset, city, made

pytestmark = pytest.mark.proof
OWN_ERRANDS = re.compile(r"googleapis\.com|google\.com|gvt1\.com|gstatic\.com")  # of the browser, with no page open too
EVIL = "</script><img src=http://evil.test/x onerror=\"document.title='owned'\">\u202egnp.exe{{7*7}}"


class Browser:
    """Chromium behind a proxy that leads nowhere and remembers who wanted to go where."""

    def __init__(self, program: str, profile: Path, port: int, asked: list[str]) -> None:
        self._program, self._profile, self._port, self.asked = program, profile, port, asked

    async def open(self, page: Path) -> tuple[str, str]:
        """The document after its scripts ran, and what the console of the browser said."""
        process = await asyncio.create_subprocess_exec(
            self._program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--no-first-run",
            "--enable-logging=stderr",
            f"--user-data-dir={self._profile}",
            f"--proxy-server=http://127.0.0.1:{self._port}",
            "--virtual-time-budget=4000",
            "--window-size=1400,900",
            "--dump-dom",
            page.as_uri(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            document, said = await asyncio.wait_for(process.communicate(), 60)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return document.decode(), said.decode(errors="replace")


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program is not None, "no chromium: make peers installs it"
    asked: list[str] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode(errors="replace").strip())
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    yield Browser(program, tmp_path / "profile", server.sockets[0].getsockname()[1], asked)
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("shape", list(Shape))
async def test_every_asset_is_drawn_and_nothing_is_fetched(browser: Browser, tmp_path: Path, shape: Shape) -> None:
    assets = tuple(
        asset(number, state=Visual(number % 8), kind=number % 2, name=EVIL, code=f"{EVIL}{number}")
        for number in range(400)
    )
    page = tmp_path / "map.html"
    page.write_text(made(city(shape=shape, title=EVIL, assets=assets)), "utf-8")
    document, said = await browser.open(page)

    assert re.search(rf'<body class="{shape.value} shaded ready"', document), said[-800:]
    assert len(re.findall(r'<g class="leaflet-interactive"', document)) == 400
    assert "<title>owned" not in document
    assert "evil.test/x" not in " ".join(re.findall(r"<img[^>]*>", document))
    assert not re.findall(r"CONSOLE.*", said)
    assert [line for line in browser.asked if not OWN_ERRANDS.search(line)] == []
    assert not OWN_ERRANDS.search(page.read_text("utf-8"))


async def test_the_proxy_would_have_seen_it(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "leaky.html"
    page.write_text("<img src='http://evil.test/x'>", "utf-8")
    await browser.open(page)
    assert any("evil.test" in line for line in browser.asked)


async def test_a_map_of_nothing_and_a_map_of_nonsense_open_too(browser: Browser, tmp_path: Path) -> None:
    for number, wanted in enumerate(
        (city(assets=(), lines=(), choropleth=None, bounds=None), city(assets=(asset(1, lon=None),)))
    ):
        page = tmp_path / f"{number}.html"
        page.write_text(made(wanted), "utf-8")
        document, said = await browser.open(page)
        assert " ready" in document.split("<body", 1)[1][:40], said[-800:]
        assert not re.findall(r"CONSOLE.*", said)
