"""How values travel: MessagePack on the stream, JSON on HTTP; one hash says whether both sides agree."""

import hashlib
from typing import Final, cast

import msgspec

from contract.stream import ClientMessage, ServerMessage

_MASK: Final = (1 << 64) - 1


def schema_hash() -> str:
    """Short hash of every stream message's shape; differs when backend and console were built apart."""
    schemas = msgspec.json.schema_components((ClientMessage, ServerMessage), ref_template="#/{name}")
    return hashlib.sha256(msgspec.json.encode(_without_descriptions(schemas), order="sorted")).hexdigest()[:16]


def digest_term(item_id: int, version: int) -> int:
    """The share of one (id, version) pair in a topic's digest: the digest is the sum modulo 2**64.

    A sum lets either side keep the digest up to date in constant time; the mixing is splitmix64's.
    """
    mixed = (item_id * 0x9E3779B97F4A7C15 + version * 0xC2B2AE3D27D4EB4F + 0x165667B19E3779F9) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return mixed ^ (mixed >> 31)


def _without_descriptions(value: object) -> object:
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value).items()
        return {str(key): _without_descriptions(item) for key, item in pairs if key != "description"}
    if isinstance(value, (list, tuple)):
        return [_without_descriptions(item) for item in cast("list[object]", value)]
    return value
