"""How a machine's key is kept: what everybody may know of it, and the hash of its secret."""

import datetime as dt
from typing import Final

import msgspec

from contract.administration import ApiKey

RECORD_KIND: Final = "api_key"


class KeptKey(msgspec.Struct, frozen=True):
    """One record."""

    key: ApiKey
    secret_hash: str


def revoked(kept: KeptKey, *, by: str, at: dt.datetime) -> KeptKey:
    """The same, good for nothing any more."""
    return msgspec.structs.replace(kept, key=msgspec.structs.replace(kept.key, revoked_at=at, revoked_by=by))
