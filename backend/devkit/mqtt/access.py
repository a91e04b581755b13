"""Where a connection's broker is and as whom we enter: its address and secret, or the backend's own broker."""

from collections.abc import Mapping
from typing import Final

from backend.devkit.adapter import IntegrationContext
from backend.devkit.errors import LinkRefused
from backend.devkit.mqtt.address import BrokerAddress, broker_address, split_secret
from backend.devkit.mqtt.own_broker import OUR_USER
from contract.devices import Connection

OWN: Final = "own:"
"""A connection's address when the broker is the backend's own; so is none."""


async def broker_access(
    context: IntegrationContext, connection: Connection, settings: Mapping[str, str]
) -> tuple[BrokerAddress, str, str]:
    """Broker, user and password, read anew at each try. Raises LinkDown, LinkRefused in words."""
    if connection.url in {"", OWN}:
        broker = context.own_broker
        if broker is None:
            raise LinkRefused("this backend has no broker of its own: give the connection a broker's address")
        await broker.listening()
        return BrokerAddress(host=broker.host, port=broker.port), OUR_USER, broker.password
    user, password = "", ""
    if connection.secret_name:
        try:
            user, password = split_secret(context.read_secret(connection.secret_name))
        except KeyError as error:
            raise LinkRefused(f"the secret {connection.secret_name} is not kept here: enter it") from error
    try:
        return broker_address(connection.url, settings, has_password=bool(password)), user, password
    except ValueError as error:
        raise LinkRefused(str(error)) from error
