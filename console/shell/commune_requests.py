"""Requests about communes."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.assets import Commune
from contract.commune_dates import CommuneDates


class CommuneRequests:
    """console.kit.commune_ports.CommuneCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def set_commune_dates(self, code: str, wanted: CommuneDates) -> Commune:
        """Its dates, what it merged into, its name."""
        return await asked(self._session.post_for(f"/communes/{quote(code, safe='')}/dates", wanted, Commune))
