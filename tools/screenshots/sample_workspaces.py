"""Workspaces kept in the sample city, without a wire."""

from console.kit.errors import RequestRefused
from contract.api import Workspace, WorkspaceList
from contract.workspaces import GoldenWorkspace, SeatRelease, SeatReleased, SharedWorkspace, TeamWorkspaces

PASSWORD = "sample-password"  # noqa: S105 - of nobody
TEAM = "operator"


class SampleWorkspaces:
    """console.kit.workspace_ports.WorkspaceCalls; `may_set_golden` as the test wants it."""

    def __init__(self) -> None:
        self.kept_workspaces: dict[str, Workspace] = {}
        self.shared_workspaces: list[SharedWorkspace] = []
        self.golden_workspaces: dict[tuple[str, str], GoldenWorkspace] = {}
        self.may_set_golden = False

    async def workspaces(self) -> WorkspaceList:
        """What was kept."""
        return WorkspaceList(items=tuple(self.kept_workspaces.values()), next=None, total=len(self.kept_workspaces))

    async def keep_workspace(self, workspace: Workspace) -> None:
        """Keep it."""
        if (TEAM, workspace.name) in self.golden_workspaces:
            raise RequestRefused(409, "The workspace was left as it is.", "It is the locked default of your team.")
        self.kept_workspaces[workspace.name] = workspace

    async def forget_workspace(self, name: str) -> None:
        """Forgotten."""
        self.kept_workspaces.pop(name, None)

    async def team_workspaces(self, team: str = "") -> TeamWorkspaces:
        """The team's."""
        golden = tuple(item for item in self.golden_workspaces.values() if item.team == (team or TEAM))
        teams = ("liaison", "observer", TEAM, "supervisor") if self.may_set_golden else (TEAM,)
        return TeamWorkspaces(
            team=team or TEAM,
            shared=tuple(self.shared_workspaces),
            golden=golden,
            may_set_golden=self.may_set_golden,
            teams=teams,
        )

    async def set_golden_workspace(self, golden: GoldenWorkspace) -> None:
        """Locked."""
        self.golden_workspaces[golden.team, golden.name] = golden

    async def forget_golden_workspace(self, team: str, name: str) -> None:
        """Free again."""
        self.golden_workspaces.pop((team, name), None)

    async def release_seat(self, release: SeatRelease) -> SeatReleased:
        """For the right password."""
        if release.password != PASSWORD:
            raise RequestRefused(403, "The kiosk stays.", "The name, the password or the token is not right.")
        return SeatReleased(user=release.user, display_name=release.user)
