"""The shelf of workspaces: one's own, the team's locked ones, colleagues'; each person's own on a shared machine."""

from pathlib import Path

import msgspec
import pytest

from console.shell.default_workspaces import DEFAULTS
from console.shell.workspace_shelf import Kept, Whose, WorkspaceShelf
from console.shell.workspaces import WorkspaceLayout, encode
from contract.workspaces import GoldenWorkspace, SharedWorkspace
from tools.screenshots.sample_client import SampleClient

SUPERVISOR, OPERATOR = DEFAULTS["supervisor"], DEFAULTS["operator"]


def _called(layout: WorkspaceLayout, name: str) -> WorkspaceLayout:
    return msgspec.structs.replace(layout, name=name)


def _golden(name: str, layout: WorkspaceLayout) -> GoldenWorkspace:
    return GoldenWorkspace(team="operator", name=name, content=encode(layout))


async def _shelf(client: SampleClient, folder: Path, user: str = "anne") -> WorkspaceShelf:
    shelf = WorkspaceShelf(client, folder, user)
    await shelf.load()
    return shelf


async def test_the_teams_default_is_opened_in_place_of_mine_which_stays_mine(tmp_path: Path) -> None:
    client = SampleClient()
    shelf = await _shelf(client, tmp_path)
    assert await shelf.keep(_called(SUPERVISOR, "poste")) is Kept.EVERYWHERE
    await client.set_golden_workspace(_golden("poste", OPERATOR))
    await shelf.load()
    assert shelf.is_locked("poste")
    assert shelf.get("poste").screens == OPERATOR.screens
    assert shelf.get("poste (anne)").screens == SUPERVISOR.screens
    assert await shelf.keep(_called(SUPERVISOR, "poste")) is Kept.LOCKED
    assert client.kept_workspaces["poste"].content == encode(_called(SUPERVISOR, "poste"))
    await shelf.forget_golden("operator", "poste")
    assert shelf.get("poste").screens == SUPERVISOR.screens


async def test_a_colleagues_is_told_from_mine_and_becomes_mine_when_i_keep_it(tmp_path: Path) -> None:
    client = SampleClient()
    client.shared_workspaces.append(SharedWorkspace(owner="paul", name="neige", content=encode(SUPERVISOR)))
    shelf = await _shelf(client, tmp_path)
    entry = shelf.entry("neige (paul)")
    assert entry is not None
    assert entry.whose is Whose.SHARED
    assert shelf.own_name("neige (paul)") == "neige"
    await shelf.keep(_called(SUPERVISOR, shelf.own_name("neige (paul)")))
    assert {"neige", "neige (paul)"} <= set(shelf.names)
    mine = shelf.entry("neige")
    assert mine is not None
    assert mine.whose is Whose.OWN


async def test_sharing_and_forgetting_are_told_to_the_backend(tmp_path: Path) -> None:
    client = SampleClient()
    shelf = await _shelf(client, tmp_path)
    await shelf.keep(_called(SUPERVISOR, "nuit"))
    assert await shelf.share("nuit", is_shared=True) is Kept.EVERYWHERE
    assert client.kept_workspaces["nuit"].is_shared
    await shelf.keep(_called(OPERATOR, "nuit"))
    assert client.kept_workspaces["nuit"].is_shared, "to keep it anew does not take it from the team"
    await shelf.share("nuit", is_shared=False)
    assert [item.is_shared for item in client.kept_workspaces.values()] == [False]
    assert await shelf.forget("nuit")
    assert "nuit" not in shelf.names
    assert not client.kept_workspaces
    assert not await shelf.forget("supervisor"), "what came with the console is nobody's to forget"


async def test_two_people_at_one_machine_do_not_see_each_others_copies(tmp_path: Path) -> None:
    await (await _shelf(SampleClient(), tmp_path, "anne")).keep(_called(SUPERVISOR, "à moi"))
    assert "à moi" in (await _shelf(SampleClient(), tmp_path, "anne")).names
    assert "à moi" not in (await _shelf(SampleClient(), tmp_path, "paul")).names


async def test_a_golden_one_that_cannot_be_read_locks_nothing_up(tmp_path: Path) -> None:
    client = SampleClient()
    await client.set_golden_workspace(GoldenWorkspace(team="operator", name="supervisor", content="{broken"))
    shelf = await _shelf(client, tmp_path)
    assert shelf.get("supervisor") == SUPERVISOR


def _written(**more: object) -> str:
    """A workspace as somebody may write it who asks the backend himself."""
    screen = {"panels": [{"panel_id": "map", "area": "center"}], **more}
    return msgspec.json.encode({"name": "piège", "screens": [screen]}).decode()


_NESTED = _written(kept={"map": {"x": 0}}).replace('{"x":0}', '{"x":' + "[" * 100_000 + "]" * 100_000 + "}")


@pytest.mark.parametrize(
    "content",
    [
        _NESTED,
        msgspec.json.encode({"name": "n", "screens": [{"panels": []}] * 33}).decode(),
        msgspec.json.encode(
            {"name": "n", "screens": [{"panels": [{"panel_id": f"map:{n}", "area": "center"} for n in range(101)]}]}
        ).decode(),
        _written(guests=[{"panel_id": f"alarms:{number}", "area": "left"} for number in range(100)]),
    ],
    ids=["nested", "screens", "panels", "guests"],
)
async def test_what_a_colleague_shares_keeps_no_console_from_its_workspaces(tmp_path: Path, content: str) -> None:
    client = SampleClient()
    await client.set_golden_workspace(GoldenWorkspace(team="operator", name="piège", content=content))
    await client.set_golden_workspace(_golden("poste", OPERATOR))
    shelf = await _shelf(client, tmp_path)
    assert "piège" not in shelf.names
    assert shelf.get("poste").screens == OPERATOR.screens


async def test_shares_that_no_window_can_have_are_left_out(tmp_path: Path) -> None:
    client = SampleClient()
    content = _written(sizes={"map": [10**12, -1], "card": [2, 1]})
    await client.set_golden_workspace(GoldenWorkspace(team="operator", name="tailles", content=content))
    assert (await _shelf(client, tmp_path)).get("tailles").screens[0].sizes == {"card": (2, 1)}
