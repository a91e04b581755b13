"""Somebody with a line of IPv6 has 2^64 addresses: limits see one."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from backend.api.problems import ProblemError
from backend.api.rates import OF_AN_ADDRESS, Rates
from backend.devkit.clock import ManualClock
from backend.devkit.origin import origin_of
from backend.integrations.osmand_vehicles.limits import Strangers
from backend.services.backoff import FREE_PER_ACCOUNT, Backoff


def _address(number: int, line: str = "2001:db8:7:1") -> str:
    return str(ipaddress.IPv6Address(f"{line}::1") + number)


def test_one_line_of_ipv6_is_one_origin_and_each_ipv4_address_too() -> None:
    assert origin_of(_address(0)) == origin_of(_address(2**60))
    assert origin_of(_address(0)) != origin_of(_address(0, line="2001:db8:7:2"))
    assert origin_of("192.0.2.7") == origin_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert origin_of("192.0.2.7") != origin_of("192.0.2.8")
    assert origin_of("fe80::1%eth0") != origin_of("fe80::2%eth0"), "one link is a whole room"
    assert origin_of("::1") == "::1"


@given(st.text(max_size=60))
def test_whatever_stands_there_is_taken(text: str) -> None:
    origin_of(text)


def test_f47_who_guesses_from_a_new_address_each_time_waits_all_the_same() -> None:
    backoff = Backoff()
    for number in range(FREE_PER_ACCOUNT):
        backoff.failed("anne", _address(number), float(number))
    assert backoff.wait_s("anne", _address(99), float(FREE_PER_ACCOUNT)) > 0
    assert backoff.wait_s("anne", _address(99, line="2001:db8:7:2"), float(FREE_PER_ACCOUNT)) == 0


def test_who_asks_from_a_new_address_each_time_is_held_back() -> None:
    rates = Rates(ManualClock())
    held_count = 0
    for number in range(int(OF_AN_ADDRESS.burst) + 10):
        try:
            rates.check(None, _address(number))
        except ProblemError:
            held_count += 1
    assert held_count == 10
    assert len(rates) == 1, "no room is taken from others either"


def test_who_tries_tokens_of_vehicles_from_a_new_address_each_time_is_shut_out() -> None:
    strangers = Strangers()
    for number in range(40):
        strangers.failed(_address(number), 0.0)
    assert strangers.is_shut_out(_address(99), 1.0)
    assert not strangers.is_shut_out(_address(99, line="2001:db8:7:2"), 1.0)
