"""Requests about who is told of alarms."""

import datetime as dt
from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.alarm_routing import (
    Channel,
    ChannelList,
    ChannelSecret,
    ChannelSettings,
    Contacts,
    NoticePage,
    OnCall,
    RoutingPlan,
    TestMessage,
    TestOutcome,
)


class RoutingRequests:
    """console.kit.routing_ports.RoutingCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def on_call(self, since: dt.datetime, until: dt.datetime) -> OnCall:
        """Who is on call in that time, roster by roster."""
        query = {name: at.astimezone(dt.UTC).isoformat() for name, at in (("since", since), ("until", until))}
        return await asked(self._session.get("/alarm-routing/on-call", OnCall, query))

    async def routing_plan(self) -> RoutingPlan:
        """The rules."""
        return await asked(self._session.get("/alarm-routing/plan", RoutingPlan))

    async def save_routing_plan(self, plan: RoutingPlan) -> RoutingPlan:
        """Change them."""
        return await asked(self._session.put_for("/alarm-routing/plan", plan, RoutingPlan))

    async def routing_people(self) -> Contacts:
        """Contacts and rosters."""
        return await asked(self._session.get("/alarm-routing/people", Contacts))

    async def save_routing_people(self, people: Contacts) -> Contacts:
        """Change them."""
        return await asked(self._session.put_for("/alarm-routing/people", people, Contacts))

    async def routing_channels(self) -> ChannelList:
        """Channels and how they fare."""
        return await asked(self._session.get("/alarm-routing/channels", ChannelList))

    async def save_routing_channel(self, settings: ChannelSettings) -> Channel:
        """Add or change one."""
        return await asked(self._session.put_for(_path(settings.id), settings, Channel))

    async def remove_routing_channel(self, channel_id: str) -> None:
        """Remove one, with its secret."""
        await asked(self._session.delete(_path(channel_id)))

    async def save_routing_secret(self, channel_id: str, secret: str) -> Channel:
        """To the backend's vault."""
        return await asked(self._session.put_for(f"{_path(channel_id)}/secret", ChannelSecret(secret=secret), Channel))

    async def test_routing_channel(self, channel_id: str, message: TestMessage) -> TestOutcome:
        """One try."""
        return await asked(self._session.post_for(f"{_path(channel_id)}/test", message, TestOutcome))

    async def notices(self, cursor: int | None = None) -> NoticePage:
        """The log, newest first."""
        return await asked(self._session.get("/alarm-routing/log", NoticePage, {"cursor": cursor}))


def _path(channel_id: str) -> str:
    return f"/alarm-routing/channels/{quote(channel_id, safe='')}"
