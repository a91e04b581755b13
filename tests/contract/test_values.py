"""What both sides agree on stays decodable, frozen, and free of behaviour."""

import datetime as dt
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module

import msgspec
import pytest

import contract
from contract.assets import Asset
from contract.stream import AssetsBody, ClientMessage, ServerMessage, Snapshot, Subscribe, Topic, TopicKind
from contract.wire import schema_hash

MODULES = [module.name for module in pkgutil.iter_modules(contract.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_values_are_frozen(name: str) -> None:
    module = import_module(f"contract.{name}")
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__:
            assert kind.__struct_config__.frozen, kind


def test_a_snapshot_comes_back_as_it_went() -> None:
    asset = Asset(id=7, code="PL-1", class_="streetlight", lon=5.04, lat=47.32, commissioned=dt.date(2015, 6, 1))
    snapshot = Snapshot(Topic(TopicKind.ASSETS, "21231", "streetlight"), 3, AssetsBody((asset,)), 2**64 - 1)
    decoded = msgspec.msgpack.decode(msgspec.msgpack.encode(snapshot), type=ServerMessage)
    assert decoded == snapshot


def test_a_client_message_is_told_from_others_by_its_tag() -> None:
    wanted = Subscribe(kinds=(TopicKind.ALARMS,), viewport=(5.0, 47.2, 5.1, 47.4))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(wanted), type=ClientMessage) == wanted


def test_the_schema_hash_is_the_same_in_every_process() -> None:
    program = "from contract.wire import schema_hash; print(schema_hash())"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == schema_hash()
