"""The backend's own MQTT broker, for a site that has none: by its settings, with the password of those in the field."""

from collections.abc import Callable, Mapping
from typing import Final

from backend.devkit.adapter import SecretReader
from backend.devkit.clock import Clock
from backend.devkit.mqtt.address import split_secret
from backend.devkit.mqtt.own_broker import OwnBroker

SETTINGS: Final = "mqtt_broker"
SECRET: Final = "mqtt_broker"  # noqa: S105 - the name under which the secret is kept, not the secret


def field_broker(
    settings: Mapping[str, str],
    read_secret: SecretReader,
    clock: Clock,
    refused: Callable[[str, int], None] = lambda _address, _times: None,
) -> OwnBroker:
    """It starts when an integration asks for it. Settings: host, port, certificate_file, key_file.

    Who publishes from the field enters with the secret SECRET ("user:password"); without it only we enter.
    """
    try:
        user, password = split_secret(read_secret(SECRET))
    except KeyError:
        user, password = "", ""
    return OwnBroker(
        clock,
        passwords={user: password} if user and password else {},
        host=settings.get("host", "127.0.0.1"),
        port=int(settings.get("port", "0")),
        certificate_file=settings.get("certificate_file", ""),
        key_file=settings.get("key_file", ""),
        refused=refused,
    )
