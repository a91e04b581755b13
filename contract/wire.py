"""How values travel: MessagePack on the stream, JSON on HTTP; one hash says whether both sides agree."""

import functools
import hashlib
from typing import cast

import msgspec

from contract.stream import ClientMessage, ServerMessage


@functools.cache
def schema_hash() -> str:
    """Short hash of every stream message's shape; differs when backend and console were built apart."""
    schemas = msgspec.json.schema_components((ClientMessage, ServerMessage), ref_template="#/{name}")
    return hashlib.sha256(msgspec.json.encode(_without_descriptions(schemas), order="sorted")).hexdigest()[:16]


def _without_descriptions(value: object) -> object:
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value).items()
        return {str(key): _without_descriptions(item) for key, item in pairs if key != "description"}
    if isinstance(value, (list, tuple)):
        return [_without_descriptions(item) for item in cast("list[object]", value)]
    return value
