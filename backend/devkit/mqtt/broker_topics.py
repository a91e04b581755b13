"""Who may say and hear what on the broker of our own: what the field reports is for us, not for others in the field."""

from dataclasses import dataclass, field
from typing import Final

from amqtt.contexts import Action, BaseContext
from amqtt.plugins.base import BaseTopicPlugin
from amqtt.session import Session

OURS: Final = "beffroi"
"""The first level of the topics on which only we speak."""


class Topics(BaseTopicPlugin):
    """amqtt asks it at each publish, subscribe and delivery.

    What we listen to, nobody else does: places of vehicles, and tokens in the topics of phones, are not for whoever
    has the field's password. Nobody but us speaks as us.
    """

    @dataclass
    class Config:
        """What amqtt hands to `Topics`: who may do all."""

        trusted: list[str] = field(default_factory=list)

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._trusted = frozenset(self._get_config_option("trusted", []))
        self._ours: set[str] = set()

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Whether this session may do this with this topic, or filter of topics."""
        if session is None or not topic:
            return False
        if session.username in self._trusted:
            if action == Action.SUBSCRIBE:
                self._ours.add(topic)
            return True
        if action == Action.PUBLISH:
            return is_for_the_field(topic)
        return not any(overlap(topic, ours) for ours in self._ours)


def is_for_the_field(topic: str) -> bool:
    """Whether others than we may speak there."""
    return bool(topic) and topic.partition("/")[0] != OURS and not topic.startswith("$")


def overlap(one: str, other: str) -> bool:
    """Whether a topic matches both filters."""
    left, right = one.split("/"), other.split("/")
    for here, there in zip(left, right, strict=False):
        if "#" in (here, there):
            return True
        if "+" not in (here, there) and here != there:
            return False
    shorter, longer = sorted((left, right), key=len)
    return len(left) == len(right) or longer[len(shorter)] == "#"
