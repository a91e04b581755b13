"""Camera walls and filters of the alarm list: one's own, shared in one's role, and changed by nobody else."""

from urllib.parse import quote

import pytest

from backend_client.errors import NotLoggedIn, Refused
from backend_client.session import Session
from contract.named_content import NamedContent, NamedContentList
from contract.rights import Grant, Level, User
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes

VIEW = (Grant(level=Level.VIEW),)
WALLS, FILTERS, VIEWS = "/wall-layouts", "/alarm-filters", "/register-views"
each_path = pytest.mark.parametrize("path", [WALLS, FILTERS, VIEWS])


async def _names(session: Session, path: str) -> list[tuple[str, str]]:
    return [(item.owner, item.name) for item in (await session.get(path, NamedContentList)).items]


async def _keep(session: Session, path: str, name: str, *, is_shared: bool = False, content: str = "{}") -> None:
    body = NamedContent(name=name, content=content, is_shared=is_shared, owner="somebody else")
    await session.put(f"{path}/{quote(name, safe='')}", body)


@each_path
async def test_it_is_ones_own_until_it_is_shared_and_then_the_team_reads_it(
    served: ServedCity, city: TwoCommunes, path: str
) -> None:
    await city.account("anne", VIEW)
    await city.account("paul", VIEW)
    guest = User(name="guest", person="guest", display_name="guest", role="liaison", grants=VIEW)
    await city.identity.add_user(guest, "guest-password", by="system")
    anne, paul, liaison = [await served.login(name) for name in ("anne", "paul", "guest")]
    await _keep(anne, path, "1+7 / nuit", content='{"kind": "scene"}')
    assert await _names(anne, path) == [("anne", "1+7 / nuit")]
    assert await _names(paul, path) == []
    await _keep(anne, path, "1+7 / nuit", is_shared=True, content='{"kind": "tour"}')
    assert await _names(paul, path) == [("anne", "1+7 / nuit")]
    assert await _names(liaison, path) == []
    kept = (await paul.get(path, NamedContentList)).items[0]
    assert kept.content == '{"kind": "tour"}'
    assert kept.updated_at == city.clock.now()


@each_path
async def test_nobody_deletes_or_replaces_what_another_shares(served: ServedCity, city: TwoCommunes, path: str) -> None:
    await city.account("anne", VIEW)
    await city.account("paul", VIEW)
    anne, paul = await served.login("anne"), await served.login("paul")
    await _keep(anne, path, "gare", is_shared=True)
    await _keep(paul, path, "gare", content="[]")
    await paul.delete(f"{path}/gare")
    assert await _names(paul, path) == [("anne", "gare")]
    await anne.delete(f"{path}/gare")
    assert await _names(paul, path) == []


@pytest.mark.parametrize(("path", "too_long"), [(WALLS, 200_000), (FILTERS, 40_000), (VIEWS, 40_000)])
async def test_names_sizes_and_numbers_are_bounded_and_a_stranger_reads_nothing(
    served: ServedCity, city: TwoCommunes, path: str, too_long: int
) -> None:
    await city.account("anne", VIEW)
    anne = await served.login("anne")
    for name, content in (("x" * 81, "{}"), ("a\u202eb", "{}"), ("ok", "x" * too_long)):
        with pytest.raises(Refused):
            await _keep(anne, path, name, content=content)
    with pytest.raises((NotLoggedIn, Refused)):
        await Session(served.url).get(path, NamedContentList)
    for number in range(100):
        await _keep(anne, path, f"number {number}")
    with pytest.raises(Refused, match="delete one"):
        await _keep(anne, path, "one more")
    await _keep(anne, path, "number 7", content="[7]")


async def test_a_wall_and_a_filter_of_one_name_do_not_meet(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("anne", VIEW)
    anne = await served.login("anne")
    await _keep(anne, WALLS, "night")
    assert await _names(anne, FILTERS) == []
    await anne.delete(f"{FILTERS}/night")
    assert await _names(anne, WALLS) == [("anne", "night")]


async def test_nobody_gives_another_his_own_settings(served: ServedCity, city: TwoCommunes) -> None:
    """A console takes its keys from them: shared ones would bind a colleague's keys to acts that he did not choose."""
    await city.account("anne", VIEW)
    await city.account("paul", VIEW)
    anne, paul = await served.login("anne"), await served.login("paul")
    await _keep(anne, "/own-settings", "keymap", is_shared=True, content='{"alarms.acknowledge": "Space"}')
    assert await _names(anne, "/own-settings") == [("anne", "keymap")]
    assert await _names(paul, "/own-settings") == []
