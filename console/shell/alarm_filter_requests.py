"""Requests about filters of the alarm list that are kept by name."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.named_content import NamedContent, NamedContentList


class AlarmFilterRequests:
    """console.kit.alarm_filter_ports.AlarmFilterCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def alarm_filters(self) -> NamedContentList:
        """One's own, and what is shared in one's role."""
        return await asked(self._session.get("/alarm-filters", NamedContentList))

    async def keep_alarm_filter(self, wanted: NamedContent) -> None:
        """Keep it under its name."""
        await asked(self._session.put(_path(wanted.name), wanted))

    async def delete_alarm_filter(self, name: str) -> None:
        """Forget one of one's own."""
        await asked(self._session.delete(_path(name)))


def _path(name: str) -> str:
    return f"/alarm-filters/{quote(name, safe='')}"
