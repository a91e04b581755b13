"""Who is refused where the field speaks to us: counted by door, the last one kept, in bounded memory."""

from backend.devkit.clock import ManualClock
from backend.devkit.refused_at_doors import RefusedAtDoors


def test_each_door_tells_how_many_from_where_and_when_the_last_one_came() -> None:
    clock = ManualClock()
    doors = RefusedAtDoors(clock)
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        doors.note("vehicles", address)
    clock.pass_time(10)
    doors.note("mqtt_broker", "2001:db8::1", 7)
    broker, vehicles = doors.told()
    assert (broker.door, broker.in_a_minute, broker.most) == ("mqtt_broker", 7, "2001:db8::/64")
    assert (vehicles.in_a_minute, vehicles.most, vehicles.last_address) == (3, "192.0.2.1", "192.0.2.2")
    clock.pass_time(61)
    assert [(one.in_a_minute, one.last_address) for one in doors.told()] == [(0, "2001:db8::/64"), (0, "192.0.2.2")]
    assert (broker.last_at - vehicles.last_at).total_seconds() == 10


def test_ever_new_doors_take_no_more_room() -> None:
    doors = RefusedAtDoors(ManualClock())
    for number in range(1_000):
        doors.note(f"fleet {number}", "192.0.2.1")
    assert len(doors.told()) == 64
    assert "fleet 999" in {one.door for one in doors.told()}
