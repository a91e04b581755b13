"""Who may enter the broker of our own: a table of names and passwords, and nobody else."""

from dataclasses import dataclass, field

from amqtt.contexts import BaseContext
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

from backend.devkit.mqtt.broker_entrance import is_known


class Accounts(BaseAuthPlugin):
    """amqtt asks it at each connection; it answers in the same time for a wrong name and for a wrong password."""

    @dataclass
    class Config:
        """What amqtt hands to `Accounts`."""

        passwords: dict[str, str] = field(default_factory=dict)

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._passwords: dict[str, str] = self._get_config_option("passwords", {})

    async def authenticate(self, *, session: Session) -> bool:
        """Whether this is one of them."""
        return is_known(self._passwords, session.username, session.password)
