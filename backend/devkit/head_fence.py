"""The last check before a camera's head: what comes from somebody who lost it meanwhile is refused."""

from backend.devkit.adapter import DeviceCommand
from backend.devkit.errors import CommandRefused


class HeadFence:
    """Remembers the newest lease token of each camera. An adapter of cameras asks it before it obeys."""

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}

    def check(self, command: DeviceCommand) -> None:
        """Raises CommandRefused for an older token than one that was obeyed. Commands without a token pass."""
        if command.lease_token == 0:
            return
        if any(command.lease_token < self._newest.get(asset_id, 0) for asset_id in command.asset_ids):
            raise CommandRefused("somebody else has taken this camera since: it was not moved")
        for asset_id in command.asset_ids:
            self._newest[asset_id] = command.lease_token
