"""Who was held back in the last minute, and why: connections, requests of a key, a login or an address, passwords."""

import enum
from collections.abc import Sequence
from typing import Final

from backend.devkit.clock import Clock
from backend.devkit.last_minute import LastMinute
from backend.devkit.refused_at_doors import RefusedAtDoors
from backend.services.administration.figures import figure
from contract.administration import HealthFigure


class Refusal(enum.StrEnum):
    """What was refused."""

    CONNECTION = "connections"
    KEY = "keys"
    LOGIN = "logins"
    ADDRESS = "addresses"
    PASSWORD = "passwords"  # noqa: S105  # no password


# A person mistypes; a program that runs away, and a spray of passwords, do not stop at some tens a minute.
_WATCH: Final = 1.0
_BAD: Final = {
    Refusal.CONNECTION: 60.0,
    Refusal.KEY: 600.0,
    Refusal.LOGIN: 600.0,
    Refusal.ADDRESS: 600.0,
    Refusal.PASSWORD: 30.0,
}
_PASSWORDS_TO_WATCH: Final = 10.0


# A phone with an old token knocks every minute; who tries names and passwords does not stop at some.
_DOORS_TO_WATCH: Final = 10.0
_DOORS_BAD: Final = 120.0


def door_figures(doors: RefusedAtDoors) -> Sequence[HealthFigure]:
    """Where the field speaks to us: each door that refused somebody since the start."""
    return [
        figure(
            "refused",
            "refused_doors",
            float(one.in_a_minute),
            watch=_DOORS_TO_WATCH,
            bad=_DOORS_BAD,
            who=one.most or one.last_address,
            of=one.door,
            last_at=one.last_at,
        )
        for one in doors.told()
    ]


class Refusals:
    """Kept in memory."""

    def __init__(self, clock: Clock) -> None:
        self._of: dict[Refusal, LastMinute] = {refusal: LastMinute(clock) for refusal in Refusal}

    def note(self, refusal: Refusal, who: str) -> None:
        """Somebody was held back."""
        self._of[refusal].note(who)

    def connection(self, address: str) -> None:
        """A connection from there was not let in."""
        self.note(Refusal.CONNECTION, address)

    def figures(self) -> Sequence[HealthFigure]:
        """How often in the last minute, and whom most."""
        return [
            figure(
                "refused",
                f"refused_{refusal}",
                float(minute.count()),
                watch=_PASSWORDS_TO_WATCH if refusal is Refusal.PASSWORD else _WATCH,
                bad=_BAD[refusal],
                who=minute.most(),
            )
            for refusal, minute in self._of.items()
        ]
