"""Signed checkpoints of the journal, kept in a file outside the database."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.ports import StorageError
from backend.storage.chain import ChainHead

ROWS_BETWEEN = 1_000
SECONDS_BETWEEN = 60.0


class Checkpoint(msgspec.Struct, frozen=True):
    """At `at`, row `seq` had this hash; `signature` is Ed25519 over the three."""

    seq: int
    hash: str
    at: str
    signature: str


class Checkpoints:
    """The file of checkpoints and the key that signs them."""

    def __init__(self, path: Path, key_path: Path) -> None:
        self._path = path
        self._key_path = key_path

    def sign(self, head: ChainHead, at: str) -> None:
        """Append a checkpoint; it is on disk when this returns. Raises OSError."""
        signature = self._key().sign(_signed_text(head.seq, head.hash, at))
        line = msgspec.json.encode(Checkpoint(head.seq, head.hash, at, base64.b64encode(signature).decode()))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def sealed(self) -> Mapping[int, str]:
        """Hashes by seq of all checkpoints. Raises StorageError naming the first bad line."""
        if not self._path.exists():
            return {}
        public_key = self._key().public_key()
        sealed: dict[int, str] = {}
        lines = self._path.read_bytes().splitlines()
        for number, line in enumerate(lines, 1):
            try:
                point = msgspec.json.decode(line, type=Checkpoint)
                public_key.verify(base64.b64decode(point.signature), _signed_text(point.seq, point.hash, point.at))
            except (msgspec.DecodeError, ValueError, InvalidSignature) as error:
                if number == len(lines) and isinstance(error, msgspec.DecodeError):
                    break  # killed while writing: the line never counted
                raise StorageError(f"line {number} of {self._path.name} is not a checkpoint that we signed") from error
            sealed[point.seq] = point.hash
        return sealed

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(key_bytes(self._key_path))


def key_bytes(path: Path) -> bytes:
    """The 32 bytes of a key file, made with mode 0600 when there is none. Raises StorageError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) != 32:
            raise StorageError(f"the key file {path.name} is damaged: restore it from its backup") from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        key = os.urandom(32)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _signed_text(seq: int, hash_: str, at: str) -> bytes:
    return f"beffroi journal {seq} {hash_} {at}".encode()
