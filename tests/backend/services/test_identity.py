"""Logins as people and thieves see them."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery
from backend.services.account_book import AccountRefused
from backend.services.accounts import DEMO_PASSWORD
from backend.services.identity import ACCESS_S, REFRESH_S, TICKET_S, Identity, LoginRefused
from backend.services.sessions import Sessions
from backend.storage.memory import MemoryStorage
from contract.journal import EntryKind
from contract.rights import Grant, Level, User
from tests.backend.feeds import RecordingFeed

ADDRESS = "192.0.2.7"
PASSWORD = "correct horse battery"
WRONG = "wrong password"


class Door:
    """An identity service with one account, anne."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.storage = MemoryStorage(self.clock)
        self.feed = RecordingFeed()
        self.identity = Identity(self.storage, self.feed, self.clock)

    async def events(self, kind: EntryKind) -> list[object]:
        """Events of a kind, oldest first."""
        found = await self.storage.journal(JournalQuery(kinds=(kind,)))
        return [entry.payload.get("event", entry.kind) for entry in reversed(found)]

    async def fails(self, name: str = "anne", password: str = WRONG, address: str = ADDRESS) -> LoginRefused:
        """A login that must be refused."""
        with pytest.raises(LoginRefused) as caught:
            await self.identity.login(name, password, address=address)
        return caught.value


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door with anne's account."""
    made = Door()
    anne = User(name="anne", person="Anne", display_name="Anne", role="operator", grants=(Grant(level=Level.VIEW),))
    await made.identity.open()
    await made.identity.add_user(anne, PASSWORD, by="test")
    yield made
    made.identity.close()


async def test_a_login_gives_a_session_that_ends_after_ten_minutes_or_is_refreshed(door: Door) -> None:
    tokens = await door.identity.login(" Anne ", PASSWORD, address=ADDRESS)
    session = door.identity.session(tokens.access_token)
    assert session is not None
    assert session.user.name == "anne"
    door.clock.pass_time(ACCESS_S)
    assert door.identity.session(tokens.access_token) is None
    assert door.identity.is_live(session)
    renewed = await door.identity.refresh(tokens.refresh_token, address=ADDRESS)
    again = door.identity.session(renewed.access_token)
    assert again is not None
    assert again.id == session.id
    door.clock.pass_time(REFRESH_S + 1)
    assert not door.identity.is_live(session)
    with pytest.raises(LoginRefused):
        await door.identity.refresh(renewed.refresh_token, address=ADDRESS)


async def test_a_refresh_token_used_twice_ends_the_login_of_both_and_is_told(door: Door) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    thief = await door.identity.refresh(tokens.refresh_token, address="198.51.100.1")
    for _ in range(3):
        with pytest.raises(LoginRefused):
            await door.identity.refresh(tokens.refresh_token, address=ADDRESS)
    assert door.identity.session(thief.access_token) is None
    with pytest.raises(LoginRefused):
        await door.identity.refresh(thief.refresh_token, address=ADDRESS)
    assert await door.events(EntryKind.SECURITY) == ["refresh_token_reused"]
    assert "anne" in door.feed.rights_changed_of


async def test_two_refreshes_at_once_leave_nobody_logged_in(door: Door) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    tries = [door.identity.refresh(tokens.refresh_token, address=ADDRESS) for _ in range(2)]
    given = [
        item for item in await asyncio.gather(*tries, return_exceptions=True) if not isinstance(item, BaseException)
    ]
    assert len(given) == 1
    assert door.identity.session(given[0].access_token) is None
    with pytest.raises(LoginRefused):
        await door.identity.refresh(given[0].refresh_token, address=ADDRESS)


async def test_a_login_survives_a_restart_of_the_backend_by_its_refresh_token(door: Door) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    restarted = Identity(door.storage, door.feed, door.clock)
    await restarted.open()
    assert restarted.session(tokens.access_token) is None
    renewed = await restarted.refresh(tokens.refresh_token, address=ADDRESS)
    assert restarted.session(renewed.access_token) is not None
    restarted.close()


async def test_after_logout_nothing_of_it_is_good(door: Door) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    session = door.identity.session(tokens.access_token)
    assert session is not None
    ticket = door.identity.ticket(session)
    await door.identity.logout(tokens.access_token)
    assert door.identity.session(tokens.access_token) is None
    assert door.identity.redeem(ticket.ticket) is None
    assert not door.identity.is_live(session)
    with pytest.raises(LoginRefused):
        await door.identity.refresh(tokens.refresh_token, address=ADDRESS)
    with pytest.raises(LoginRefused):
        door.identity.ticket(session)
    await door.identity.logout(tokens.access_token)
    assert await door.events(EntryKind.LOGOUT) == [EntryKind.LOGOUT]


async def test_a_ticket_is_good_once_and_for_half_a_minute(door: Door) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    session = door.identity.session(tokens.access_token)
    assert session is not None
    ticket = door.identity.ticket(session).ticket
    redeemed = door.identity.redeem(ticket)
    assert redeemed is not None
    assert redeemed.id == session.id
    assert door.identity.redeem(ticket) is None
    late = door.identity.ticket(session).ticket
    door.clock.pass_time(TICKET_S)
    assert door.identity.redeem(late) is None
    assert door.identity.redeem("nonsense") is None
    assert door.identity.session("nonsense") is None


async def test_guessing_slows_the_guesser_and_nobody_else(door: Door) -> None:
    refusals = [await door.fails() for _ in range(6)]
    assert [item.reason for item in refusals] == ["wrong"] * 4 + ["too_many"] * 2
    assert refusals[-1].retry_after_s > 0
    assert (await door.fails(password=PASSWORD)).reason == "too_many"
    await door.identity.login("anne", PASSWORD, address="192.0.2.8")
    door.clock.pass_time(refusals[-1].retry_after_s)
    await door.identity.login("anne", PASSWORD, address=ADDRESS)


async def test_a_spray_over_many_names_from_one_address_is_slowed_too(door: Door) -> None:
    reasons = [(await door.fails(f"user{n}")).reason for n in range(32)]
    assert reasons[:30] == ["wrong"] * 30
    assert reasons[30:] == ["too_many"] * 2


async def test_a_crowd_at_the_door_is_told_to_come_back(door: Door) -> None:
    tries = [door.identity.login("anne", PASSWORD, address=f"10.0.0.{n}") for n in range(40)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    busy = [item for item in results if isinstance(item, LoginRefused)]
    assert {item.reason for item in busy} == {"busy"}
    assert 0 < len(busy) < 40


async def test_an_unknown_name_and_a_closed_account_look_like_a_wrong_password(door: Door) -> None:
    await door.identity.set_active("anne", is_active=False, by="admin")
    closed = await door.fails(password=PASSWORD)
    unknown = await door.fails("nobody", PASSWORD)
    assert (closed.reason, str(closed)) == (unknown.reason, str(unknown))


async def test_closing_an_account_or_changing_its_password_ends_its_logins(door: Door) -> None:
    for act in ("close", "password"):
        tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
        session = door.identity.session(tokens.access_token)
        assert session is not None
        door.feed.rights_changed_of.clear()
        if act == "close":
            await door.identity.set_active("anne", is_active=False, by="admin")
            await door.identity.set_active("anne", is_active=True, by="admin")
        else:
            await door.identity.set_password("anne", PASSWORD + "2", by="admin")
        assert not door.identity.is_live(session)
        assert door.identity.session(tokens.access_token) is None
        with pytest.raises(LoginRefused):
            await door.identity.refresh(tokens.refresh_token, address=ADDRESS)
        assert "anne" in door.feed.rights_changed_of
    await door.identity.login("anne", PASSWORD + "2", address=ADDRESS)


async def test_who_logs_out_at_one_desk_watches_on_at_the_other(door: Door) -> None:
    taken: list[tuple[str, str]] = []
    door.identity.take_pictures_by(lambda name, session: taken.append((name, session)))
    here = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    await door.identity.login("anne", PASSWORD, address="198.51.100.1")
    session = door.identity.session(here.access_token)
    assert session is not None
    await door.identity.logout(here.access_token)
    assert taken == [("anne", session.id)]
    taken.clear()
    await door.identity.set_grants("anne", [], by="admin")
    await door.identity.set_active("anne", is_active=False, by="admin")
    assert taken == [("anne", ""), ("anne", "")], "a right that is gone is gone at every desk"


async def test_new_rights_hold_at_once_in_open_sessions(door: Door) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    await door.identity.set_grants("anne", [], by="admin")
    session = door.identity.session(tokens.access_token)
    assert session is not None
    assert session.user.grants == ()
    assert door.feed.rights_changed_of == ["anne"]
    assert await door.events(EntryKind.USER) == ["added", "rights_changed"]


async def test_the_first_administrator_is_made_once(door: Door) -> None:
    password = await door.identity.ensure_administrator()
    assert password is not None
    tokens = await door.identity.login("admin", password, address=ADDRESS)
    session = door.identity.session(tokens.access_token)
    assert session is not None
    assert session.user.grants == (Grant(level=Level.CONFIGURE),)
    assert await door.identity.ensure_administrator() is None


async def test_the_demo_has_its_documented_accounts(door: Door) -> None:
    await door.identity.ensure_demo_accounts()
    await door.identity.ensure_demo_accounts()
    names = {user.name for user in door.identity.users()}
    people = {"operator1", "operator2", "supervisor", "supervisor2", "administrator", "police", "fire"}
    assert names == {"anne", "wall", *people}
    await door.identity.login("police", DEMO_PASSWORD, address=ADDRESS)


@pytest.mark.parametrize(
    ("name", "password"),
    [("Anne Dupont", PASSWORD), ("", PASSWORD), ("system", PASSWORD), ("a" * 64, PASSWORD), ("anne", PASSWORD),
     ("paul", "short"), ("paul", "x" * 1_001), ("device:1", PASSWORD)],
)  # fmt: skip
async def test_bad_accounts_are_refused(door: Door, name: str, password: str) -> None:
    user = User(name=name, person="P", display_name="P", role="operator", grants=())
    with pytest.raises(AccountRefused):
        await door.identity.add_user(user, password, by="admin")
    assert len(door.identity.users()) == 1


def test_a_token_is_not_kept_where_it_can_be_read() -> None:
    sessions, now = Sessions(), ManualClock().now()
    token = sessions.give_access("family", now + dt.timedelta(minutes=5), now)
    ticket = sessions.give_ticket("family", now + dt.timedelta(seconds=30), now)
    assert token not in repr(vars(sessions))
    assert ticket not in repr(vars(sessions))


async def test_no_secret_is_in_the_journal_or_a_repr(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    tokens = await door.identity.login("anne", PASSWORD, address=ADDRESS)
    await door.fails(PASSWORD + " typed as a name")
    entries = await door.storage.journal(JournalQuery())
    text = repr(entries) + repr(door.identity) + caplog.text + repr(vars(door.storage))
    text += msgspec.json.encode(entries).decode()
    for secret in (PASSWORD, tokens.access_token, tokens.refresh_token):
        assert secret not in text
    assert ADDRESS not in repr(entries)
    login = next(entry for entry in entries if entry.kind is EntryKind.LOGIN)
    assert (await door.storage.personal_of(login.seq))["address"] == ADDRESS
