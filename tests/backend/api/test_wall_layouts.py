"""Named camera walls: one's own, shared in one's role, and changed by nobody else."""

from urllib.parse import quote

import pytest

from backend_client.errors import NotLoggedIn, Refused
from backend_client.session import Session
from contract.rights import Grant, Level, User
from contract.walls import WallLayout, WallLayoutList
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes

VIEW = (Grant(level=Level.VIEW),)


async def _names(session: Session) -> list[tuple[str, str]]:
    return [(item.owner, item.name) for item in (await session.get("/wall-layouts", WallLayoutList)).items]


async def _keep(session: Session, name: str, *, is_shared: bool = False, content: str = "{}") -> None:
    body = WallLayout(name=name, content=content, is_shared=is_shared, owner="somebody else")
    await session.put(f"/wall-layouts/{quote(name, safe='')}", body)


async def test_a_wall_is_ones_own_until_it_is_shared_and_then_the_team_reads_it(
    served: ServedCity, city: TwoCommunes
) -> None:
    await city.account("anne", VIEW)
    await city.account("paul", VIEW)
    guest = User(name="guest", person="guest", display_name="guest", role="liaison", grants=VIEW)
    await city.identity.add_user(guest, "guest-password", by="system")
    anne, paul, liaison = [await served.login(name) for name in ("anne", "paul", "guest")]
    await _keep(anne, "1+7 / nuit", content='{"kind": "scene"}')
    assert await _names(anne) == [("anne", "1+7 / nuit")]
    assert await _names(paul) == []
    await _keep(anne, "1+7 / nuit", is_shared=True, content='{"kind": "scene"}')
    assert await _names(paul) == [("anne", "1+7 / nuit")]
    assert await _names(liaison) == []
    kept = (await paul.get("/wall-layouts", WallLayoutList)).items[0]
    assert kept.content == '{"kind": "scene"}'
    assert kept.updated_at == city.clock.now()


async def test_nobody_deletes_or_replaces_what_another_shares(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("anne", VIEW)
    await city.account("paul", VIEW)
    anne, paul = await served.login("anne"), await served.login("paul")
    await _keep(anne, "gare", is_shared=True)
    await _keep(paul, "gare", content="[]")
    await paul.delete("/wall-layouts/gare")
    assert await _names(paul) == [("anne", "gare")]
    await anne.delete("/wall-layouts/gare")
    assert await _names(paul) == []


async def test_names_and_sizes_are_bounded_and_a_stranger_reads_nothing(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("anne", VIEW)
    anne = await served.login("anne")
    for name, content in (("x" * 81, "{}"), ("a\u202eb", "{}"), ("ok", "x" * 200_000)):
        with pytest.raises(Refused):
            await _keep(anne, name, content=content)
    with pytest.raises((NotLoggedIn, Refused)):
        await Session(served.url).get("/wall-layouts", WallLayoutList)
    for number in range(100):
        await _keep(anne, f"wall {number}")
    with pytest.raises(Refused, match="delete one"):
        await _keep(anne, "one more")
    await _keep(anne, "wall 7", content="[7]")
