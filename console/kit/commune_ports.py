"""What presenters ask of the backend about communes."""

from typing import Protocol

from contract.assets import Commune
from contract.commune_dates import CommuneDates


class CommuneCalls(Protocol):
    """Part of Client. Changing takes the right to configure the whole city."""

    async def set_commune_dates(self, code: str, wanted: CommuneDates) -> Commune: ...
