"""A backend says whether its city is played: before a login, and with it."""

from dataclasses import replace

import pytest

from backend.api.parts import Parts
from backend_client.session import Session
from tests.backend.api.serving import serve
from tests.backend.api.two_communes import EVERYTHING, TwoCommunes


class PlayedCity(TwoCommunes):
    """The small city as it is under --demo."""

    def parts(self) -> Parts:
        """What the API calls."""
        return replace(super().parts(), is_exercise=True)


@pytest.mark.parametrize("is_played", [True, False])
async def test_whoever_asks_is_told_whether_anything_is_real(*, is_played: bool) -> None:
    city = PlayedCity() if is_played else TwoCommunes()
    await city.start()
    try:
        await city.account("op", EVERYTHING)
        async with serve(city) as served:
            stranger = Session(served.url)
            assert (await stranger.health()).is_exercise is is_played
            await stranger.close()
            assert (await (await served.login("op")).me()).is_exercise is is_played
    finally:
        await city.close()
