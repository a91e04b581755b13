"""What an integration says of itself in its manifest.toml."""

import enum
import re
import tomllib
from pathlib import Path
from typing import Final

import msgspec


class Tier(enum.StrEnum):
    """Bronze: conformance suite; silver: and an independent peer; gold: and a recorded real device."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


class Capability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act or property the integration can drive, on which asset classes."""

    name: str
    classes: tuple[str, ...]
    is_claim: bool = False  # a lasting state driven by claims; else a momentary command


LONGEST_ADDRESS: Final = 200


class AddressForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an address of a device looks like in this protocol; `hint_fr`, `hint_en` say it to people.

    `pattern`: a regular expression for the whole of it, empty: any words. `until`: what follows is no part of who the
    device is (options). `without`: characters that mean nothing. `is_lower`: large letters mean the same.
    """

    pattern: str = ""
    until: str = ""
    without: str = ""
    is_lower: bool = False
    may_be_empty: bool = False
    hint_fr: str = ""
    hint_en: str = ""

    def spelled(self, address: str) -> str | None:
        """An address as it is kept; None when it can be none."""
        device = self.device(address)
        rest = address.strip()[len(self._of_device(address)) :]
        kept = f"{device}{rest}"
        if len(kept) > LONGEST_ADDRESS or not kept.isprintable() or not (device or self.may_be_empty):
            return None
        return kept if not self.pattern or re.fullmatch(self.pattern, device) else None

    def device(self, address: str) -> str:
        """Which device an address means: two addresses with the same answer are one device."""
        plain = self._of_device(address)
        if self.without:
            plain = plain.translate({ord(character): None for character in self.without})
        return plain.lower() if self.is_lower else plain

    def _of_device(self, address: str) -> str:
        plain = address.strip()
        return plain.partition(self.until)[0] if self.until else plain


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """name, protocol and its version, tier, peers it was proven against, capabilities, default settings.

    `proofs`: the files of tests that run against those peers; `recordings`: what a real device said, kept beside tests.
    `uses_own_broker`: a connection without an address goes to the backend's own MQTT broker.
    """

    name: str
    title_fr: str
    title_en: str
    protocol: str
    tier: Tier
    classes: tuple[str, ...]
    proven_against: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    settings: dict[str, str] = {}
    address: AddressForm = AddressForm()
    uses_own_broker: bool = False


def read_manifest(path: Path) -> Manifest:
    """Parse a manifest; raises msgspec.ValidationError or tomllib.TOMLDecodeError with the place."""
    with path.open("rb") as file:
        return msgspec.convert(tomllib.load(file), Manifest)
