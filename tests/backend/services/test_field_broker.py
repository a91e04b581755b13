"""The broker for a site that has none: whom it lets in, and where it may listen."""

import pytest

from backend.devkit.clock import SystemClock
from backend.services.field_broker import SECRET, field_broker

NO_SECRETS: dict[str, str] = {}


def test_without_a_secret_only_we_enter_and_only_on_this_machine() -> None:
    broker = field_broker({}, NO_SECRETS.__getitem__, SystemClock())
    assert broker.host == "127.0.0.1"
    assert broker.password
    assert broker.password != field_broker({}, NO_SECRETS.__getitem__, SystemClock()).password, (
        "made anew at each start"
    )


def test_other_machines_enter_through_a_certificate_or_not_at_all() -> None:
    secrets = {SECRET: "chirpstack:canary-1"}
    with pytest.raises(ValueError, match="without encryption"):
        field_broker({"host": "192.0.2.1"}, secrets.__getitem__, SystemClock())
    settings = {"host": "192.0.2.1", "port": "8883", "certificate_file": "site.pem"}
    assert field_broker(settings, secrets.__getitem__, SystemClock()).port == 8883
