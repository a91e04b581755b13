"""A machine's key lives no longer than somebody answers for it, and does no more than that person may."""

import datetime as dt

import aiohttp
import msgspec
import pytest

from backend.api.stream.subscriber import Subscriber
from backend_client.errors import Refused
from backend_client.session import Session
from contract.administration import ApiKey, ApiKeyList, ApiKeyRequest, NewApiKey
from contract.journal import EntryKind
from contract.rights import WALL_ROLE, Grant, Level, Scope
from contract.stream import Subscribe, TopicKind
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes


async def key_of(maker: Session, city: TwoCommunes) -> NewApiKey:
    """A key that its maker leaves in a machine."""
    end = city.clock.now() + dt.timedelta(days=30)
    wanted = ApiKeyRequest(name="open data", grants=(Grant(level=Level.VIEW),), expires_at=end)
    return await maker.post_for("/api-keys", wanted, NewApiKey)


async def opens(served: ServedCity, secret: str) -> bool:
    """Whether the API answers to this key."""
    headers = {"Authorization": f"Bearer {secret}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{served.url}/api/v1/assets") as response:
        assert response.status in {200, 401}
        return response.status == 200


async def test_who_leaves_takes_no_way_in_along(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leaver")
    await city.account("chief")
    made = await key_of(await served.login("leaver"), city)
    assert await opens(served, made.secret)
    await city.identity.set_active("leaver", False, by="chief")
    assert not await opens(served, made.secret)
    assert city.identity.session(made.secret) is None
    listed = await (await served.login("chief")).get("/api-keys", ApiKeyList)
    assert [(key.answered_by, key.is_stopped) for key in listed.items] == [("leaver", True)]


async def test_another_administrator_answers_for_it_and_it_works_on(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leaver")
    await city.account("chief")
    made = await key_of(await served.login("leaver"), city)
    await city.identity.set_active("leaver", False, by="chief")
    chief = await served.login("chief")
    taken = await chief.post_for(f"/api-keys/{made.key.id}/take-over", None, ApiKey)
    assert (taken.created_by, taken.answered_by, taken.is_stopped) == ("leaver", "chief", False)
    assert await opens(served, made.secret)
    await city.administration.keys.load()  # a restart
    assert await opens(served, made.secret)
    told = [entry.payload for entry in await city.journal(EntryKind.SECURITY)]
    assert {"event": "api_key_taken_over", "key": made.key.id, "name": "open data", "before": "leaver"} in told


async def test_what_is_revoked_is_not_taken_over(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("chief")
    chief = await served.login("chief")
    made = await key_of(chief, city)
    await chief.delete(f"/api-keys/{made.key.id}")
    with pytest.raises(Refused, match="revoked"):
        await chief.post_for(f"/api-keys/{made.key.id}/take-over", None, ApiKey)
    assert not await opens(served, made.secret)


async def seen_by(served: ServedCity, secret: str) -> int:
    """How many assets the API lists to this key; 0 where it lists none."""
    headers = {"Authorization": f"Bearer {secret}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{served.url}/api/v1/assets") as response:
        return 0 if response.status == 403 else int((await response.json())["total"])


async def test_who_is_demoted_takes_his_keys_rights_along(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leaver")
    await city.account("chief")
    made = await key_of(await served.login("leaver"), city)
    chief = await served.login("chief")
    assert await seen_by(served, made.secret) == 10
    of_dijon = (Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,))),)
    await city.identity.set_grants("leaver", of_dijon, by="chief")
    assert await seen_by(served, made.secret) == 5
    listed = (await chief.get("/api-keys", ApiKeyList)).items[0]
    assert (listed.is_limited, listed.is_stopped, listed.grants) == (True, False, (Grant(level=Level.VIEW),))
    assert listed.grants_now == (Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,))),)
    told = [entry.payload for entry in await city.journal(EntryKind.USER)]
    assert [one["keys_limited"] for one in told if "keys_limited" in one] == [[made.key.id]]
    await city.identity.set_grants("leaver", (), by="chief")
    assert await seen_by(served, made.secret) == 0
    # Whoever answers for it from now on lends it his own rights.
    await chief.post_for(f"/api-keys/{made.key.id}/take-over", None, ApiKey)
    assert await seen_by(served, made.secret) == 10
    assert not (await chief.get("/api-keys", ApiKeyList)).items[0].is_limited


async def test_a_key_whose_maker_only_shows_shows_nothing(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leaver")
    await city.account("chief")
    made = await key_of(await served.login("leaver"), city)
    user = city.identity.user("leaver")
    assert user is not None
    await city.identity.change_account(msgspec.structs.replace(user, role=WALL_ROLE), by="chief")
    assert await seen_by(served, made.secret) == 0


async def test_what_a_machine_follows_is_taken_from_it_when_its_maker_is_demoted(
    served: ServedCity, city: TwoCommunes
) -> None:
    await city.account("leaver")
    await city.account("chief")
    made = await key_of(await served.login("leaver"), city)
    session = city.identity.session(made.secret)
    assert session is not None
    machine = Subscriber(session, lambda: city.identity.present_user(session))
    city.hub.audience.join(machine)
    city.hub.subscribe(machine, Subscribe(kinds=(TopicKind.STATES,)))
    assert {topic.commune for topic in machine.topics} == {DIJON, QUETIGNY}
    of_dijon = (Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,))),)
    await city.identity.set_grants("leaver", of_dijon, by="chief")
    assert {topic.commune for topic in machine.topics} == {DIJON}
    await city.administration.keys.revoke(made.key.id, by="chief")
    assert machine.topics == frozenset()
