"""Requests about one person's own settings."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.named_content import NamedContent, NamedContentList


class OwnSettingRequests:
    """console.kit.own_setting_ports.OwnSettingCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def own_settings(self) -> NamedContentList:
        """Everything one has set."""
        return await asked(self._session.get("/own-settings", NamedContentList))

    async def keep_own_setting(self, setting: NamedContent) -> None:
        """Keep it under its name."""
        await asked(self._session.put(f"/own-settings/{quote(setting.name, safe='')}", setting))
