"""What one took from the palette last, kept for this person at the backend. No Qt."""

import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from console.kit.errors import RequestFailed
from console.kit.own_setting_ports import OwnSettingCalls
from console.shell.palette.offers import Offer
from contract.named_content import NamedContent

log = logging.getLogger(__name__)
SETTING: Final = "palette"
MOST: Final = 12


class Recent:
    """Newest first; nothing is there twice."""

    def __init__(self) -> None:
        self._offers: tuple[Offer, ...] = ()
        self._client: OwnSettingCalls | None = None

    @property
    def offers(self) -> Sequence[Offer]:
        """As they were when they were taken."""
        return self._offers

    async def meet(self, client: OwnSettingCalls) -> None:
        """Read this person's; where nobody answers there are none."""
        self._client, self._offers = client, ()
        try:
            kept = (await client.own_settings()).items
            content = next((item.content for item in kept if item.name == SETTING), "[]")
            self._offers = msgspec.json.decode(content, type=tuple[Offer, ...])[:MOST]
        except (RequestFailed, msgspec.MsgspecError, UnicodeError) as error:
            log.warning("what was looked up last could not be read: %s", error)

    def forget(self) -> None:
        """Another person comes: nothing of this one's is shown or kept any more."""
        self._client, self._offers = None, ()

    def take(self, offer: Offer) -> None:
        """It is the newest now."""
        self._offers = (offer, *(one for one in self._offers if one.key != offer.key))[:MOST]

    async def keep(self) -> None:
        """Keep them for the next login; what cannot be kept is only logged: no work depends on it."""
        if self._client is None:
            return
        content = msgspec.json.encode(self._offers).decode()
        try:
            await self._client.keep_own_setting(NamedContent(name=SETTING, content=content))
        except RequestFailed as error:
            log.warning("what was looked up last could not be kept: %s", error)
