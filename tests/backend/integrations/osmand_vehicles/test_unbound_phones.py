"""Phones that report and that nobody has bound yet: listed by their names, bounded, and never with their places."""

import msgspec
import pytest

from backend.devkit.adapter import ListeningAdapter
from backend.devkit.clock import ManualClock
from backend.devkit.device_token import device_token
from backend.integrations.osmand_vehicles.fleet import Fleet, FleetRules
from backend.integrations.osmand_vehicles.listener import NotAllowed, TooMuch
from backend.integrations.osmand_vehicles.protocol import Fix, Report
from contract.devices import Binding
from tests.backend.integrations.osmand_vehicles.rig import SECRET, ListeningFleet
from tests.conformance.recording_sink import RecordingSink

PLACE = Fix(lon=5.0415, lat=47.3216)


class Town:
    """A fleet of one vehicle, and whoever else reports."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.sink = RecordingSink()
        bindings = [Binding(asset_id=7, address="VEH-7#2")]
        self.fleet = Fleet("fleet", bindings, SECRET, self.sink, self.clock, FleetRules())

    def says(self, device: str, token: str = "", sender: str = "192.0.2.1") -> None:
        self.clock.pass_time(10)
        try:
            self.fleet.take(Report(device=device, token=token, fixes=(PLACE,)), sender)
        except (NotAllowed, TooMuch):
            return

    def names(self) -> list[str]:
        return [device.address for device in self.fleet.unbound()]


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_phone_that_nobody_bound_is_listed_with_its_name_and_nothing_of_where_it_is(town: Town) -> None:
    town.says("VEH-8", device_token(SECRET, "VEH-8"))
    town.says("VEH-9")
    town.says("VEH-8")
    assert town.names() == ["VEH-8", "VEH-9"], "the last heard first"
    heard = town.fleet.unbound()[0]
    assert (heard.connection_id, heard.kind, heard.messages) == ("fleet", "OsmAnd", 2)
    assert "47.32" not in str(msgspec.to_builtins(heard))
    assert town.sink.readings == []


def test_a_vehicle_of_ours_with_a_wrong_token_is_no_stranger(town: Town) -> None:
    town.says("VEH-7", "wrong")
    town.says("VEH-7", device_token(SECRET, "VEH-7"))  # the token before its number was raised
    assert town.names() == []


def test_names_that_cannot_be_bound_are_left_out(town: Town) -> None:
    for name in ("", "x" * 81, "a#2", "a\nb", "\u202eevil"):
        town.says(name)
    assert town.names() == []


def test_who_floods_is_forgotten_and_memory_is_bounded(town: Town) -> None:
    for number in range(2_000):
        town.fleet.heard_unbound(f"phone {number}", "OsmAnd")
    assert len(town.names()) == 500
    assert town.names()[0] == "phone 1999"


def test_an_address_that_is_shut_out_lists_nobody_more(town: Town) -> None:
    for number in range(200):
        try:
            town.fleet.take(Report(device=f"guess {number}", token="", fixes=()), "192.0.2.66")
        except (NotAllowed, TooMuch):
            continue
    assert 0 < len(town.names()) < 60


@pytest.mark.parametrize("url", ["http://127.0.0.1:0", "mqtt://127.0.0.1:1"])
def test_the_page_of_bindings_can_ask_both_kinds_of_fleet(url: str) -> None:
    adapter: object = ListeningFleet(url).adapter
    assert isinstance(adapter, ListeningAdapter)
    assert list(adapter.unknown_devices()) == []
