"""What the palette can offer: one line each, by kind. No Qt."""

import enum
from collections.abc import Sequence

import msgspec

from console.kit.forgiving import score


class OfferKind(enum.StrEnum):
    """Where a line stands; of kinds that answer equally well the earlier comes first."""

    CAMERA = "camera"
    ALARM = "alarm"
    ASSET = "asset"
    STREET = "street"
    ADDRESS = "address"
    COMMUNE = "commune"
    PLACE = "place"
    PANEL = "panel"
    COMMAND = "command"
    ACT = "act"
    HELP = "help"


class Offer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line. `key` says for good what it is: "asset:12", "panel:map", "command:menu.leave", "act:alarms:keys…".

    `place` is lon, lat; `bounds` west, south, east, north. `also` are words by which it is found and that do not show.
    """

    key: str
    kind: OfferKind
    label: str
    detail: str = ""
    icon: str = "mdi6.cube-outline"
    shortcut: str = ""
    also: str = ""
    place: tuple[float, float] | None = None
    bounds: tuple[float, float, float, float] | None = None

    @property
    def target(self) -> str:
        """The key without its kind: the id of what is meant."""
        return self.key.partition(":")[2]


class OfferGroup(msgspec.Struct, frozen=True):
    """Lines of one kind, best first; `title` is the text key of their heading."""

    title: str
    offers: tuple[Offer, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What answers `text`. `more` lines are left out; `trouble` says why it may not be all."""

    text: str
    groups: tuple[OfferGroup, ...] = ()
    more: int = 0
    trouble: str = ""
    may_come: bool = False

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Every line, as they stand."""
        return tuple(offer for group in self.groups for offer in group.offers)


class Scored(msgspec.Struct, frozen=True):
    """A line and how well it answers."""

    offer: Offer
    worth: float


_ORDER = {kind: number for number, kind in enumerate(OfferKind)}


def best_among(offers: Sequence[Offer], words: Sequence[str], most: int) -> list[Scored]:
    """The best few that hold every word."""
    found = [
        Scored(offer, worth)
        for offer in offers
        if (worth := score(words, offer.label, f"{offer.detail} {offer.also} {offer.shortcut}"))
    ]
    return sorted(found, key=lambda one: (-one.worth, len(one.offer.label), one.offer.label))[:most]


def grouped(scored: Sequence[Scored]) -> tuple[OfferGroup, ...]:
    """By kind; the kind with the best line stands first. Lines keep their order."""
    by_kind: dict[OfferKind, list[Scored]] = {}
    for one in scored:
        by_kind.setdefault(one.offer.kind, []).append(one)
    ranked = sorted(by_kind.items(), key=lambda item: (-max(one.worth for one in item[1]), _ORDER[item[0]]))
    return tuple(
        OfferGroup(f"palette.kind.{kind.value}", tuple(one.offer for one in of_kind)) for kind, of_kind in ranked
    )
