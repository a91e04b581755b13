"""Requests about feeders: changes, files, links learned from failures."""

from urllib.parse import quote, urlencode

from backend_client.session import Session
from console.shell.asking import asked
from contract.supply import (
    FeedChange,
    FeedChanges,
    FeedRequest,
    Learning,
    LearnRequest,
    ProposalAnswer,
    SupplyImport,
)


class SupplyRequests:
    """console.kit.supply_ports.SupplyCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def set_feeders(self, request: FeedRequest) -> FeedChange:
        """Give assets their feeders, all or none."""
        return await asked(self._session.post_for("/supply/feeders", request, FeedChange))

    async def feed_changes(self) -> FeedChanges:
        """The last changes."""
        return await asked(self._session.get("/supply/changes", FeedChanges))

    async def undo_feed_change(self, change_id: str) -> FeedChange:
        """Take a change back."""
        path = f"/supply/changes/{quote(change_id, safe='')}/undo"
        return await asked(self._session.post_for(path, None, FeedChange))

    async def import_feeders(self, name: str, content: bytes, *, seal: str = "") -> SupplyImport:
        """Look at a file; with the seal of what was shown, take it."""
        query = urlencode({"name": name, "seal": seal})
        return await asked(self._session.post_file(f"/supply/imports?{query}", content, SupplyImport))

    async def learning(self) -> Learning:
        """How far the search is, and what it proposes."""
        return await asked(self._session.get("/supply/learning", Learning))

    async def learn_links(self, days: int) -> Learning:
        """Begin a search."""
        return await asked(self._session.post_for("/supply/learning", LearnRequest(days=days), Learning))

    async def stop_learning(self) -> Learning:
        """Stop it."""
        return await asked(self._session.delete_for("/supply/learning", Learning))

    async def confirm_links(self, answer: ProposalAnswer) -> FeedChange:
        """Make links that were proposed."""
        return await asked(self._session.post_for("/supply/proposals/confirm", answer, FeedChange))

    async def reject_links(self, answer: ProposalAnswer) -> Learning:
        """Never propose these again."""
        return await asked(self._session.post_for("/supply/proposals/reject", answer, Learning))
