"""Requests about ways of looking at the register that are kept by name."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.named_content import NamedContent, NamedContentList


class RegisterViewRequests:
    """console.kit.register_view_ports.RegisterViewCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def register_views(self) -> NamedContentList:
        """One's own, and what is shared in one's role."""
        return await asked(self._session.get("/register-views", NamedContentList))

    async def keep_register_view(self, wanted: NamedContent) -> None:
        """Keep it under its name."""
        await asked(self._session.put(_path(wanted.name), wanted))

    async def delete_register_view(self, name: str) -> None:
        """Forget one of one's own."""
        await asked(self._session.delete(_path(name)))


def _path(name: str) -> str:
    return f"/register-views/{quote(name, safe='')}"
