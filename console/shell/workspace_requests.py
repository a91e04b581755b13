"""Requests about workspaces, one's own and the team's, and to open a kiosk."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.api import Workspace, WorkspaceList
from contract.workspaces import GoldenWorkspace, SeatRelease, SeatReleased, TeamWorkspaces


class WorkspaceRequests:
    """console.kit.workspace_ports.WorkspaceCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def workspaces(self) -> WorkspaceList:
        """One's kept workspaces."""
        return await asked(self._session.get("/workspaces", WorkspaceList))

    async def keep_workspace(self, workspace: Workspace) -> None:
        """Keep a workspace under its name."""
        await asked(self._session.put(f"/workspaces/{_part(workspace.name)}", workspace))

    async def forget_workspace(self, name: str) -> None:
        """Forget one of one's own."""
        await asked(self._session.delete(f"/workspaces/{_part(name)}"))

    async def team_workspaces(self, team: str = "") -> TeamWorkspaces:
        """What one's team has in common, or another one."""
        query = {"team": team} if team else None
        return await asked(self._session.get("/team-workspaces", TeamWorkspaces, query))

    async def set_golden_workspace(self, golden: GoldenWorkspace) -> None:
        """Make it a team's locked default."""
        await asked(self._session.put(_golden(golden.team, golden.name), golden))

    async def forget_golden_workspace(self, team: str, name: str) -> None:
        """A team has it no more."""
        await asked(self._session.delete(_golden(team, name)))

    async def release_seat(self, release: SeatRelease) -> SeatReleased:
        """Let people out of the kiosk here."""
        return await asked(self._session.post_for("/seat/release", release, SeatReleased))


def _golden(team: str, name: str) -> str:
    return f"/golden-workspaces/{_part(team)}/{_part(name)}"


def _part(text: str) -> str:
    return quote(text, safe="")
