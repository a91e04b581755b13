"""What administrators do over the API: keys of machines, roles, previews, pace, health, configuration."""

import datetime as dt
from typing import Any

import aiohttp
import msgspec
import pytest

from backend.api.rates import Rates
from backend.domain.rate_limit import Bucket, RateLimit, take
from backend_client.errors import Refused
from backend_client.session import Session
from contract.administration import (
    ApiKeyList,
    ApiKeyRequest,
    ConfigurationDifference,
    ConfigurationFile,
    ConfigurationRequest,
    GrantsToPreview,
    NewAccount,
    NewApiKey,
    PasswordChange,
    RightsPreview,
    Role,
    RoleKept,
    RoleList,
    RoleRequest,
    SystemHealth,
)
from contract.api import AssetPage
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope, User
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

SEE_DIJON = (Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,))),)


@pytest.fixture
async def admin(served: ServedCity, city: TwoCommunes) -> Session:
    await city.account("admin", EVERYTHING)
    return await served.login("admin")


async def _key(admin: Session, city: TwoCommunes, grants: tuple[Grant, ...] = SEE_DIJON, rate: int = 600) -> NewApiKey:
    wanted = ApiKeyRequest(
        name="open data",
        grants=grants,
        expires_at=city.clock.now() + dt.timedelta(days=30),
        requests_a_minute=rate,
    )
    return await admin.post_for("/api-keys", wanted, NewApiKey)


async def _get(served: ServedCity, secret: str, path: str) -> tuple[int, Any, Any]:
    headers = {"Authorization": f"Bearer {secret}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{served.url}/api/v1{path}") as response:
        return response.status, msgspec.json.decode(await response.read() or b"null"), response.headers


async def test_a_machine_sees_what_its_key_grants_and_no_more(
    served: ServedCity, city: TwoCommunes, admin: Session
) -> None:
    made = await _key(admin, city)
    status, page, _ = await _get(served, made.secret, "/assets")
    assert status == 200
    assert {asset["commune"] for asset in page["items"]} == {DIJON}
    for path, wanted in (("/users", 403), ("/api-keys", 403), (f"/assets/{city.lamps(QUETIGNY)[0].id}", 404)):
        assert (await _get(served, made.secret, path))[0] == wanted, path


async def test_a_key_is_kept_as_a_hash_and_its_secret_is_nowhere(city: TwoCommunes, admin: Session) -> None:
    made = await _key(admin, city)
    kept = b"".join((await city.storage.records("api_key")).values())
    assert made.secret.encode() not in kept
    entries = await city.journal(EntryKind.SECURITY)
    assert any(entry.payload["event"] == "api_key_made" for entry in entries)
    assert made.secret not in str(entries)
    assert made.secret not in repr(city.administration.keys)
    listed = await admin.get("/api-keys", ApiKeyList)
    assert [key.name for key in listed.items] == ["open data"]


async def test_a_revoked_or_expired_key_opens_nothing(served: ServedCity, city: TwoCommunes, admin: Session) -> None:
    first, second = await _key(admin, city), await _key(admin, city)
    await admin.delete(f"/api-keys/{first.key.id}")
    assert (await _get(served, first.secret, "/assets"))[0] == 401
    assert (await _get(served, second.secret, "/assets"))[0] == 200
    city.clock.pass_time(31 * 86_400)
    assert (await _get(served, second.secret, "/assets"))[0] == 401
    assert (await _get(served, "bfk_" + "x" * 43, "/assets"))[0] == 401


async def test_machines_never_configure(city: TwoCommunes, admin: Session) -> None:
    with pytest.raises(Refused, match="persons"):
        await _key(admin, city, (Grant(level=Level.CONFIGURE),))
    with pytest.raises(Refused, match="opens nothing"):
        await _key(admin, city, ())
    wanted = ApiKeyRequest(name="x", grants=SEE_DIJON, expires_at=city.clock.now() + dt.timedelta(days=4_000))
    with pytest.raises(Refused, match="between tomorrow"):
        await admin.post_for("/api-keys", wanted, NewApiKey)


async def test_keys_are_there_after_a_restart(served: ServedCity, city: TwoCommunes, admin: Session) -> None:
    made = await _key(admin, city)
    assert (await _get(served, made.secret, "/me"))[1]["role"] == "machine"
    await city.administration.keys.note_use()
    await city.administration.keys.load()
    assert (await _get(served, made.secret, "/assets"))[0] == 200
    assert city.administration.keys.all()[0].last_used_at is not None


async def test_a_key_that_asks_too_often_waits_and_is_told_how_long(
    served: ServedCity, city: TwoCommunes, admin: Session
) -> None:
    made = await _key(admin, city, rate=60)
    answers = [await _get(served, made.secret, "/me") for _ in range(11)]
    assert [status for status, _, _ in answers] == [200] * 10 + [429]
    _, problem, headers = answers[-1]
    assert headers["Retry-After"] == "1"
    assert problem["detail_code"] == "slow_down"
    city.clock.pass_time(1.5)
    assert (await _get(served, made.secret, "/me"))[0] == 200
    assert (await admin.me()).name == "admin"  # nobody else waits for it


async def test_without_a_login_an_address_is_held_back_and_who_is_logged_in_there_is_not(
    served: ServedCity, admin: Session
) -> None:
    async with aiohttp.ClientSession() as http:
        statuses: list[int] = []
        for _ in range(1_010):
            async with http.get(f"{served.url}/api/v1/health") as response:
                statuses.append(response.status)
    assert statuses[:990] == [200] * 990
    assert statuses[-1] == 429
    assert (await admin.me()).name == "admin"


async def test_a_console_that_opens_its_screens_is_never_held_back(admin: Session) -> None:
    # What a console with three screens of maps asks in its first seconds, and half as much again.
    for _ in range(2_000):
        await admin.me()


def test_a_bucket_fills_again_and_never_above_its_brim() -> None:
    limit = RateLimit(a_second=2.0, burst=3.0)
    bucket: Bucket | None = None
    waits: list[float] = []
    for at in (0.0, 0.0, 0.0, 0.0, 0.5, 100.0, 100.0, 100.0, 100.0, 99.0):
        bucket, wait_s = take(bucket, limit, at)
        waits.append(round(wait_s, 2))
    assert waits == [0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0.5]


def test_what_is_remembered_of_askers_is_bounded(city: TwoCommunes) -> None:
    rates = Rates(city.clock)
    for number in range(12_000):
        rates.check(None, f"10.0.{number // 256}.{number % 256}")
    assert len(rates) == 10_000


async def test_a_preview_tells_what_is_seen_and_which_acts_open(city: TwoCommunes, admin: Session) -> None:
    seen = await admin.post_for("/rights/preview", GrantsToPreview(grants=SEE_DIJON), RightsPreview)
    by = {item.key: item for item in seen.communes}
    assert by[DIJON].view == by[DIJON].of > 0
    assert by[QUETIGNY].view == 0
    assert seen.all.view == by[DIJON].of
    acts = {(act.method, act.path): act.reach for act in seen.acts}
    assert acts["GET", "/assets"] == "somewhere"
    assert acts["GET", "/me"] == "everywhere"
    assert acts["GET", "/users"] == "no"
    # The preview is the rule itself: what it says is what the search then gives.
    await city.account("liaison", SEE_DIJON)
    assert seen.all.view == sum(asset.commune == DIJON for asset in city.register.all())


async def test_accounts_follow_their_role_and_those_with_rights_of_their_own_do_not(
    served: ServedCity, city: TwoCommunes, admin: Session
) -> None:
    wanted = RoleRequest(title="Snow crews", grants=SEE_DIJON)
    await admin.put_for("/roles/snow", wanted, RoleKept)
    for name in ("jean", "marie"):
        account = NewAccount(name=name, role="snow", password=f"{name}-password")
        await admin.post_for("/users", account, User)
    own = (Grant(level=Level.VIEW, scope=Scope(communes=(QUETIGNY,))),)
    await city.identity.set_grants("marie", own, by="admin")
    session = await served.login("jean")
    assert (await session.get("/assets", AssetPage)).total == 5
    everywhere = RoleRequest(title="Snow crews", grants=(Grant(level=Level.VIEW),))
    kept = await admin.put_for("/roles/snow", everywhere, RoleKept)
    assert (kept.followed, kept.own_rights) == (("jean",), ("marie",))
    assert (await session.get("/assets", AssetPage)).total > 5
    with pytest.raises(Refused, match="2 accounts have the role"):
        await admin.delete("/roles/snow")
    assert "snow" in {role.name for role in (await admin.get("/roles", RoleList)).items}


async def test_a_new_password_ends_the_logins_and_the_last_administrator_stays(
    served: ServedCity, city: TwoCommunes, admin: Session
) -> None:
    await city.account("jean", SEE_DIJON)
    session = await served.login("jean")
    await admin.put("/users/jean/password", PasswordChange(password="another long one"))
    assert (await _get(served, session.access_token or "", "/me"))[0] == 401
    user = city.identity.user("admin")
    assert user is not None
    await city.identity.change_account(msgspec.structs.replace(user, role="administrator"), by="admin")
    with pytest.raises(Refused, match="nobody could configure"):
        await admin.put_for("/roles/administrator", RoleRequest(title="", grants=SEE_DIJON), RoleKept)


async def test_health_tells_queues_lag_disk_memory_and_versions(admin: Session) -> None:
    health = await admin.get("/system-health", SystemHealth)
    groups = {figure.group for figure in health.figures}
    assert groups >= {"loop", "queues", "disk", "memory", "load", "intake", "city", "versions"}
    assert all(figure.state in {"ok", "watch", "bad"} for figure in health.figures)


@pytest.fixture
async def before(admin: Session) -> ConfigurationFile:
    await admin.put_for("/roles/snow", RoleRequest(title="Snow", grants=SEE_DIJON), RoleKept)
    return await admin.get("/configuration", ConfigurationFile)


def _with_snow(before: ConfigurationFile, **changes: Any) -> ConfigurationFile:
    roles = [msgspec.structs.replace(role, **changes) if role.name == "snow" else role for role in before.roles]
    return msgspec.structs.replace(before, roles=tuple(roles))


async def _post(admin: Session, wanted: ConfigurationFile, seal: str = "") -> ConfigurationDifference:
    body = ConfigurationRequest(configuration=wanted, seal=seal)
    return await admin.post_for("/configuration", body, ConfigurationDifference)


async def _title(admin: Session) -> str:
    roles = (await admin.get("/roles", RoleList)).items
    return next(role.title for role in roles if role.name == "snow")


async def test_f64_a_configuration_is_shown_taken_whole_and_taken_back(
    admin: Session, before: ConfigurationFile
) -> None:
    wanted = _with_snow(before, title="Snow and ice")
    compared = await _post(admin, wanted)
    assert [(line.part, line.name, line.what) for line in compared.lines] == [("role", "snow", "changed")]
    assert await _title(admin) == "Snow"  # only shown
    taken = await _post(admin, wanted, compared.seal)
    assert taken.is_taken
    assert await _title(admin) == "Snow and ice"
    previous = await admin.get("/configuration/previous", ConfigurationFile)
    back = await _post(admin, previous)
    await _post(admin, previous, back.seal)
    assert await _title(admin) == "Snow"


async def test_f64_a_wrong_configuration_changes_nothing(admin: Session, before: ConfigurationFile) -> None:
    half = msgspec.structs.replace(
        _with_snow(before, title="Snow and ice"),
        roles=(*_with_snow(before, title="Snow and ice").roles, Role(name="NOT A NAME", title="x", grants=())),
    )
    with pytest.raises(Refused, match="nothing was taken"):
        await _post(admin, half)
    with pytest.raises(Refused, match="changed since"):
        await _post(admin, _with_snow(before, title="Snow and ice"), "0" * 64)
    seal = (await _post(admin, _with_snow(before, title="A"))).seal
    await admin.put_for("/roles/snow", RoleRequest(title="Meanwhile", grants=SEE_DIJON), RoleKept)
    with pytest.raises(Refused, match="changed since"):
        await _post(admin, _with_snow(before, title="A"), seal)
    assert await _title(admin) == "Meanwhile"


async def test_f64_the_first_configuration_has_none_before_it(admin: Session) -> None:
    with pytest.raises(Refused):
        await admin.get("/configuration/previous", ConfigurationFile)
