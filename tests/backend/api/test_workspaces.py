"""Workspaces at the backend: one's own, the team's, its locked defaults; the way out of a kiosk."""

from urllib.parse import quote

import pytest

from backend.ports import JournalQuery
from backend.services.workspaces import MOST_SHARED_OF_ONE
from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import JournalPage, Workspace, WorkspaceList
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope, User
from contract.workspaces import GoldenWorkspace, SeatRelease, SeatReleased, TeamWorkspaces
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes

Hours = tuple[int | None, int | None]
VIEW = (Grant(level=Level.VIEW),)
MANAGE = (Grant(level=Level.MANAGE),)
MANAGES_A_PART = (Grant(level=Level.MANAGE, scope=Scope(communes=("21231",))),)


async def _keep(session: Session, name: str, content: str = "{}", *, is_shared: bool = False) -> None:
    await session.put(f"/workspaces/{quote(name, safe='')}", Workspace(name=name, content=content, is_shared=is_shared))


async def _set_golden(
    session: Session, team: str, name: str, content: str = "{}", hours: Hours = (None, None)
) -> GoldenWorkspace:
    body = GoldenWorkspace(team=team, name=name, content=content, from_minute=hours[0], to_minute=hours[1])
    return await session.put_for(f"/golden-workspaces/{team}/{quote(name, safe='')}", body, GoldenWorkspace)


async def _team(session: Session) -> TeamWorkspaces:
    return await session.get("/team-workspaces", TeamWorkspaces)


async def _member(city: TwoCommunes, name: str, role: str, grants: tuple[Grant, ...]) -> None:
    user = User(name=name, person=name, display_name=name.title(), role=role, grants=grants)
    await city.identity.add_user(user, f"{name}-password", by="system")


async def test_what_one_shares_the_team_opens_as_it_is_kept_now(served: ServedCity, city: TwoCommunes) -> None:
    for name, role in (("anne", "operator"), ("paul", "operator"), ("guest", "liaison")):
        await _member(city, name, role, VIEW)
    anne, paul, guest = [await served.login(name) for name in ("anne", "paul", "guest")]
    await _keep(anne, "nuit / été", "1")
    assert not (await _team(paul)).shared
    await _keep(anne, "nuit / été", "2", is_shared=True)
    await _keep(anne, "nuit / été", "3", is_shared=True)
    (shared,) = (await _team(paul)).shared
    assert (shared.owner, shared.name, shared.content) == ("anne", "nuit / été", "3")
    assert not (await _team(anne)).shared, "one's own is not told twice"
    assert not (await _team(guest)).shared, "another team has its own"
    (own,) = (await anne.get("/workspaces", WorkspaceList)).items
    assert own.is_shared
    await city.identity.set_active("anne", False, by="system")
    assert not (await _team(paul)).shared, "who has left shares nothing"


async def test_one_person_shares_so_many_and_no_more(served: ServedCity, city: TwoCommunes) -> None:
    """Every console of the team reads what is shared at its start: one person fills neither list nor memory."""
    await _member(city, "anne", "operator", VIEW)
    await _member(city, "paul", "operator", VIEW)
    anne, paul = await served.login("anne"), await served.login("paul")
    for number in range(MOST_SHARED_OF_ONE):
        await _keep(anne, f"{number:02}", is_shared=True)
    with pytest.raises(Refused) as refused:
        await _keep(anne, "more", is_shared=True)
    assert "share one less" in refused.value.problem.detail
    assert "more" not in {item.name for item in (await anne.get("/workspaces", WorkspaceList)).items}
    await _keep(anne, "00", "changed", is_shared=True)
    await _keep(anne, "01")
    await _keep(anne, "more", is_shared=True)
    assert {item.name for item in (await _team(paul)).shared} >= {"00", "more"}


async def test_a_golden_workspace_is_the_teams_and_locked(served: ServedCity, city: TwoCommunes) -> None:
    await _member(city, "anne", "operator", VIEW)
    await _member(city, "claire", "supervisor", MANAGE)
    anne, claire = await served.login("anne"), await served.login("claire")
    await _keep(anne, "poste", "mine")
    saved = await _set_golden(claire, "operator", "poste", "ours", (22 * 60, 6 * 60))
    assert saved.set_by == "claire"
    golden = (await _team(anne)).golden
    assert [(item.name, item.content, item.from_minute) for item in golden] == [("poste", "ours", 1320)]
    with pytest.raises(Refused) as locked:
        await _keep(anne, "poste", "mine again")
    assert locked.value.problem.status == 409
    assert "another name" in locked.value.problem.detail
    assert (await anne.get("/workspaces", WorkspaceList)).items[0].content == "mine", "what was hers before is left"
    await claire.delete("/golden-workspaces/operator/poste")
    assert not (await _team(anne)).golden
    await _keep(anne, "poste", "mine again")
    told = [entry.payload for entry in (await claire.get("/journal", JournalPage)).items if entry.kind == "workspace"]
    assert [(entry["event"], entry["team"]) for entry in told] == [
        ("golden_removed", "operator"),
        ("golden_set", "operator"),
    ]


@pytest.mark.parametrize("grants", [VIEW, MANAGES_A_PART])
async def test_only_who_manages_the_whole_city_locks_a_default(
    served: ServedCity, city: TwoCommunes, grants: tuple[Grant, ...]
) -> None:
    await _member(city, "anne", "operator", grants)
    anne = await served.login("anne")
    with pytest.raises(Refused) as refused:
        await _set_golden(anne, "operator", "poste")
    assert refused.value.problem.status == 403
    assert not (await _team(anne)).may_set_golden
    with pytest.raises(Refused) as other:
        await anne.get("/team-workspaces", TeamWorkspaces, {"team": "supervisor"})
    assert other.value.problem.status == 403


@pytest.mark.parametrize(
    ("team", "hours"),
    [
        ("nobody", (None, None)),
        ("operator", (60, None)),
        ("operator", (60, 60)),
        ("operator", (-1, 5)),
        ("operator", (0, 1440)),
    ],
)
async def test_a_default_for_nobody_or_at_no_hour_is_refused(
    served: ServedCity, city: TwoCommunes, team: str, hours: Hours
) -> None:
    await _member(city, "claire", "supervisor", MANAGE)
    claire = await served.login("claire")
    with pytest.raises(Refused) as refused:
        await _set_golden(claire, team, "poste", hours=hours)
    assert refused.value.problem.status in {400, 404}


async def test_a_kiosk_opens_for_who_manages_the_city_and_for_nobody_else(
    served: ServedCity, city: TwoCommunes
) -> None:
    await _member(city, "mur", "observer", VIEW)
    await _member(city, "anne", "operator", (Grant(level=Level.OPERATE),))
    await _member(city, "claire", "supervisor", MANAGE)
    wall = await served.login("mur")

    async def release(user: str, password: str) -> str:
        body = SeatRelease(user=user, password=password)
        return (await wall.post_for("/seat/release", body, SeatReleased)).display_name

    for user, password in (("claire", "wrong"), ("anne", "anne-password"), ("mur", "mur-password")):
        with pytest.raises(Refused) as refused:
            await release(user, password)
        assert refused.value.problem.status == 403
    assert await release("claire", "claire-password") == "Claire"
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.SECURITY,)))
    left = [(entry.actor, entry.payload["account"]) for entry in entries if entry.payload["event"] == "kiosk_left"]
    assert left == [("claire", "mur")]
