"""Who is not let in reads why in his own language."""

import msgspec
import pytest
from aiohttp import web
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations, set_in_french
from console.shell.connection import Connection
from console.shell.entrance import Entrance
from console.store.stores import Stores
from contract.api import Problem
from tools.screenshots import sample_city
from widgets.look import load_palette


@pytest.mark.parametrize(
    ("status", "said", "shown"),
    [
        (
            429,
            "Too many people log in at this moment: try again in a few seconds.",
            "Trop de personnes se connectent en ce moment : réessayez dans quelques secondes.",
        ),
        (
            503,
            "The database does not answer in time. Look at its server; what is on screen comes from memory.",
            "La base de données ne répond pas à temps. Regardez son serveur ;",
        ),
    ],
)
async def test_the_login_window_says_in_french_why_not(qtbot: QtBot, status: int, said: str, shown: str) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        problem = Problem(type="urn:beffroi:problem:not-now", title="Not now.", status=status, detail=said)
        body = msgspec.json.encode(problem)
        return web.Response(status=status, body=body, content_type="application/problem+json")

    async def entered(_connection: Connection) -> None:
        return

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    entrance = Entrance(Stores(lambda: sample_city.NOW, lambda: 100.0), None, entered, lambda _where, _error: None)
    entrance.show(load_palette("dark"), Translations("fr"), "")
    assert entrance.window is not None
    await entrance.meet(f"http://127.0.0.1:{runner.addresses[0][1]}")
    assert not await entrance.log_in("c.moreau", "not the password")
    assert set_in_french(shown) in entrance.window.status_text
    await entrance.close()
    await runner.cleanup()
