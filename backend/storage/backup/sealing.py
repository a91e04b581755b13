"""The keys of a city under a passphrase: scrypt makes the key, ChaCha20-Poly1305 closes it over the manifest."""

import os
from collections.abc import Mapping
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from backend.ports import StorageError

SHORTEST_PASSPHRASE: Final = 12
_COST: Final = 2**16  # 64 MiB and some 0.2 s a try
_BLOCK: Final = 8
_HIGHEST_COST: Final = 2**20


class PassphraseRefused(StorageError):
    """It is too short, or not the one; the text may be shown."""


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    salt: bytes
    nonce: bytes
    cost: int
    closed: bytes


def seal(files: Mapping[str, bytes], passphrase: str, manifest: bytes) -> bytes:
    """The files closed under the passphrase and bound to the manifest. Raises PassphraseRefused."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseRefused(f"a passphrase has at least {SHORTEST_PASSPHRASE} characters")
    salt, nonce = os.urandom(16), os.urandom(12)
    cipher = ChaCha20Poly1305(_key(passphrase, salt, _COST))
    closed = cipher.encrypt(nonce, msgspec.msgpack.encode(dict(files)), manifest)
    return msgspec.msgpack.encode(_Sealed(salt=salt, nonce=nonce, cost=_COST, closed=closed))


def unseal(sealed: bytes, passphrase: str, manifest: bytes) -> Mapping[str, bytes]:
    """The files by name. Raises PassphraseRefused: another passphrase, or the manifest was changed."""
    try:
        parts = msgspec.msgpack.decode(sealed, type=_Sealed)
        cipher = ChaCha20Poly1305(_key(passphrase, parts.salt, parts.cost))
        content = cipher.decrypt(parts.nonce, parts.closed, manifest)
        return msgspec.msgpack.decode(content, type=dict[str, bytes])
    except (InvalidTag, ValueError, msgspec.MsgspecError) as error:
        raise PassphraseRefused("the passphrase is not the one of this backup, or the backup was changed") from error


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    if not 1 < cost <= _HIGHEST_COST:
        raise ValueError("nobody seals like that")
    return Scrypt(salt=salt, length=32, n=cost, r=_BLOCK, p=1).derive(passphrase.encode())
