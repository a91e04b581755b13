"""Machines' keys, devices and gateways, health, backups, configuration."""

from typing import Any

import msgspec

from backend.api.checks import checked_line, checked_text
from backend.api.paging import number_cursor, page_limit
from backend.api.route import Call, Handler, Nothing, Route
from backend.api.routes.roles import done
from contract.administration import (
    ApiKey,
    ApiKeyList,
    ApiKeyRequest,
    BackupRequest,
    BackupRun,
    Backups,
    BrokerPasswordRequest,
    ConfigurationDifference,
    ConfigurationFile,
    ConfigurationRequest,
    ConnectionPage,
    ConnectionRequest,
    ConnectionTried,
    DeviceConnection,
    FieldBroker,
    NewApiKey,
    NewBrokerPassword,
    PauseRequest,
    SystemHealth,
)
from contract.rights import Level

_LARGEST_CONFIGURATION = 8 * 1024 * 1024


class ConnectionQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /connections: a part of what is searched in ids, addresses, integrations and reasons; a state."""

    search: str = ""
    state: str = ""
    limit: int = 200
    cursor: str | None = None


async def api_keys(call: Call[Nothing, Nothing]) -> ApiKeyList:
    """All keys."""
    items = tuple(call.parts.administration.keys.all())
    return ApiKeyList(items=items, next=None, total=len(items))


async def make_key(call: Call[Nothing, ApiKeyRequest]) -> NewApiKey:
    """A new key; its secret is told this once."""
    return await done(call.parts.administration.keys.make(call.body, by=call.actor))


async def take_key_over(call: Call[Nothing, Nothing]) -> ApiKey:
    """Who asks answers for it: one whose account is closed leaves keys that open nothing."""
    return await done(call.parts.administration.keys.take_over(call.path_text("key_id"), by=call.actor))


async def revoke_key(call: Call[Nothing, Nothing]) -> ApiKey:
    """It opens nothing any more."""
    return await done(call.parts.administration.keys.revoke(call.path_text("key_id"), by=call.actor))


async def connections(call: Call[ConnectionQuery, Nothing]) -> ConnectionPage:
    """Devices and gateways."""
    desk = call.parts.administration.connections
    wanted = call.query.search.strip().casefold()
    found = [
        one
        for one in desk.all()
        if (not call.query.state or one.link.state.value == call.query.state)
        and (not wanted or wanted in _searched(one))
    ]
    limit = page_limit(call.query.limit)
    start = number_cursor(call.query.cursor) or 0
    rest = start + limit
    return ConnectionPage(
        items=tuple(found[start:rest]),
        next=str(rest) if rest < len(found) else None,
        total=len(found),
        integrations=tuple(desk.integrations()),
    )


def _searched(one: DeviceConnection) -> str:
    words = (one.connection.id, one.connection.url, one.connection.integration, one.link.reason)
    return " ".join(words).casefold()


async def put_connection(call: Call[Nothing, ConnectionRequest]) -> DeviceConnection:
    """Add or change a connection."""
    desk = call.parts.administration.connections
    return await done(desk.put(call.path_text("connection_id"), call.body, by=call.actor))


async def pause_connection(call: Call[Nothing, PauseRequest]) -> DeviceConnection:
    """Leave a device alone, or go on."""
    reason = checked_text("reason", checked_line("reason", call.body.reason))
    desk = call.parts.administration.connections
    return await done(desk.pause(call.path_text("connection_id"), call.body.is_paused, reason, by=call.actor))


async def remove_connection(call: Call[Nothing, Nothing]) -> None:
    """Forget a connection behind which no asset answers."""
    await done(call.parts.administration.connections.remove(call.path_text("connection_id"), by=call.actor))


async def try_connection(call: Call[Nothing, ConnectionRequest]) -> ConnectionTried:
    """Connect for some seconds and tell what came of it."""
    return await done(call.parts.administration.connections.try_out(call.body, by=call.actor))


async def field_broker(call: Call[Nothing, Nothing]) -> FieldBroker:
    """The backend's own broker, and as whom field devices enter it."""
    return await done(call.parts.administration.broker_account.present())


async def renew_broker_password(call: Call[Nothing, BrokerPasswordRequest]) -> NewBrokerPassword:
    """A new password for field devices; it is told this once."""
    return await done(call.parts.administration.broker_account.renew(call.body.user, by=call.actor))


async def system_health(call: Call[Nothing, Nothing]) -> SystemHealth:
    """Queues, lag, disk, memory, versions."""
    return await call.parts.administration.health.now()


async def backups(call: Call[Nothing, Nothing]) -> Backups:
    """Those there are, and the one under way."""
    return await call.parts.administration.backups.all()


async def begin_backup(call: Call[Nothing, BackupRequest]) -> BackupRun:
    """Make one, while everything goes on."""
    return await done(call.parts.administration.backups.begin(call.body.passphrase, by=call.actor))


async def cancel_backup(call: Call[Nothing, Nothing]) -> BackupRun:
    """Give up the one under way."""
    return await call.parts.administration.backups.cancel()


async def remove_backup(call: Call[Nothing, Nothing]) -> None:
    """Delete a backup."""
    await done(call.parts.administration.backups.remove(call.path_text("name"), by=call.actor))


async def configuration(call: Call[Nothing, Nothing]) -> ConfigurationFile:
    """Roles and connections, without any secret."""
    return await call.parts.administration.configuration.present()


async def previous_configuration(call: Call[Nothing, Nothing]) -> ConfigurationFile:
    """The one before the last that was taken."""
    return await done(call.parts.administration.configuration.previous())


async def take_configuration(call: Call[Nothing, ConfigurationRequest]) -> ConfigurationDifference:
    """Compare a configuration with what is in force, or take what was compared."""
    desk = call.parts.administration.configuration
    if not call.body.seal:
        return await done(desk.compare(call.body.configuration))
    return await done(desk.take(call.body.configuration, call.body.seal, by=call.actor))


def _route(
    method: str,
    path: str,
    summary: str,
    handler: Handler,
    answer: Any,
    *,
    body: Any = Nothing,
    query: Any = Nothing,
    problems: tuple[int, ...] = (404, 409),
    max_body_bytes: int = 64 * 1024,
) -> Route:
    """All of it is for who configures the whole city."""
    return Route(
        method=method,
        path=path,
        access=Level.CONFIGURE,
        summary=summary,
        handler=handler,
        answer=answer,
        body=body,
        query=query,
        problems=problems,
        max_body_bytes=max_body_bytes,
        is_city_wide=True,
    )


ROUTES = (
    _route("GET", "/api-keys", "Keys of machines.", api_keys, ApiKeyList),
    _route("POST", "/api-keys", "Make a key; its secret is told once.", make_key, NewApiKey, body=ApiKeyRequest),
    _route("DELETE", "/api-keys/{key_id}", "Revoke a key.", revoke_key, ApiKey),
    _route("POST", "/api-keys/{key_id}/take-over", "Answer for a key from now on.", take_key_over, ApiKey),
    _route("GET", "/connections", "Devices and gateways.", connections, ConnectionPage, query=ConnectionQuery),
    _route("POST", "/connections/try", "Try a connection.", try_connection, ConnectionTried, body=ConnectionRequest),
    _route(
        "PUT",
        "/connections/{connection_id}",
        "Add or change a connection.",
        put_connection,
        DeviceConnection,
        body=ConnectionRequest,
    ),
    _route(
        "PUT",
        "/connections/{connection_id}/paused",
        "Pause a connection, or go on.",
        pause_connection,
        DeviceConnection,
        body=PauseRequest,
    ),
    _route("DELETE", "/connections/{connection_id}", "Forget a connection.", remove_connection, None),
    _route("GET", "/field-broker", "The backend's own MQTT broker.", field_broker, FieldBroker),
    _route(
        "POST",
        "/field-broker/password",
        "Make a new password for field devices; it is told once.",
        renew_broker_password,
        NewBrokerPassword,
        body=BrokerPasswordRequest,
    ),
    _route("GET", "/system-health", "Queues, lag, disk, memory, versions.", system_health, SystemHealth),
    _route("GET", "/backups", "Backups, and the one under way.", backups, Backups),
    _route("POST", "/backups", "Make a backup.", begin_backup, BackupRun, body=BackupRequest),
    _route("DELETE", "/backups/run", "Give up the backup under way.", cancel_backup, BackupRun),
    _route("DELETE", "/backups/{name}", "Delete a backup.", remove_backup, None),
    _route("GET", "/configuration", "Roles and connections as a file.", configuration, ConfigurationFile),
    _route("GET", "/configuration/previous", "The one before.", previous_configuration, ConfigurationFile),
    _route(
        "POST",
        "/configuration",
        "Compare a configuration, or take it.",
        take_configuration,
        ConfigurationDifference,
        body=ConfigurationRequest,
        max_body_bytes=_LARGEST_CONFIGURATION,
    ),
)
