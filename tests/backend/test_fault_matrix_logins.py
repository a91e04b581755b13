"""Fault matrix, logins: whoever sprays passwords is slowed, and nobody on duty is kept out by it."""

from backend.services.backoff import FREE_PER_ACCOUNT, FREE_PER_ADDRESS, MOST_KEPT, Backoff

ROOM = "192.0.2.7"


def _spray(backoff: Backoff) -> None:
    for number in range(FREE_PER_ADDRESS * 2):
        backoff.failed(f"guess{number}", ROOM, float(number))


def test_f47_a_spray_from_the_rooms_own_address_does_not_keep_out_who_works_there() -> None:
    backoff = Backoff()
    backoff.succeeded("anne", ROOM)
    _spray(backoff)
    now = FREE_PER_ADDRESS * 2.0
    assert backoff.wait_s("anne", ROOM, now) == 0
    assert backoff.wait_s("paul", ROOM, now) > 0, "who never logged in there waits with the guesser"


def test_f47_nor_does_it_let_anybody_guess_his_password() -> None:
    backoff = Backoff()
    backoff.succeeded("anne", ROOM)
    for second in range(FREE_PER_ACCOUNT):
        backoff.failed("anne", ROOM, float(second))
    assert backoff.wait_s("anne", ROOM, float(FREE_PER_ACCOUNT)) > 0
    assert backoff.wait_s("anne", "192.0.2.8", float(FREE_PER_ACCOUNT)) == 0


def test_f47_what_is_remembered_is_bounded() -> None:
    backoff = Backoff()
    for number in range(MOST_KEPT + 100):
        backoff.succeeded(f"user{number}", ROOM)
    _spray(backoff)
    now = FREE_PER_ADDRESS * 2.0
    assert backoff.wait_s("user0", ROOM, now) > 0, "the oldest is forgotten"
    assert backoff.wait_s(f"user{MOST_KEPT + 99}", ROOM, now) == 0
