"""What an integration says of itself in its manifest.toml."""

import enum
import tomllib
from pathlib import Path

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


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """name, protocol and its version, tier, peers it was proven against, capabilities, default settings."""

    name: str
    title_fr: str
    title_en: str
    protocol: str
    tier: Tier
    classes: tuple[str, ...]
    proven_against: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    settings: dict[str, str] = {}


def read_manifest(path: Path) -> Manifest:
    """Parse a manifest; raises msgspec.ValidationError or tomllib.TOMLDecodeError with the place."""
    with path.open("rb") as file:
        return msgspec.convert(tomllib.load(file), Manifest)
