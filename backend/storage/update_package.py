"""A package with another version of ours: trusted only when it is signed, whole, and newer than what runs."""

import hashlib
import re
import zipfile
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.devkit.unzip import UNREADABLE, is_plain

RELEASE: Final = "release.json"
SIGNATURE: Final = "release.sig"
_LARGEST: Final = 4 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_MOST_BYTES: Final = 4 * 1024 * 1024 * 1024
_VERSION: Final = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class UpdateRefused(Exception):
    """Why it must not be installed; the text may be shown."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What a package says of itself: its version, and the SHA-256 of each file."""

    version: str
    files: dict[str, str]


def check_update(path: Path, public_key: bytes, running: str) -> Release:
    """The release in a package that may be installed over the version `running`. Raises UpdateRefused."""
    try:
        with zipfile.ZipFile(path) as package:
            return _checked(package, public_key, running)
    except (*UNREADABLE, OSError) as error:
        raise UpdateRefused(f"it cannot be read: {error}") from error


def _checked(package: zipfile.ZipFile, public_key: bytes, running: str) -> Release:
    names = {entry.filename for entry in package.infolist()}
    if len(names) != len(package.infolist()):
        raise UpdateRefused("it holds a file twice")
    if not all(map(is_plain, package.infolist())):
        raise UpdateRefused("it is not packed as ours are")
    if not {RELEASE, SIGNATURE} <= names:
        raise UpdateRefused("it is not signed")
    content = _small(package, RELEASE)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(_small(package, SIGNATURE), content)
    except (InvalidSignature, ValueError) as error:
        raise UpdateRefused("it is not signed with the key that is trusted here") from error
    try:
        release = msgspec.json.decode(content, type=Release)
    except msgspec.MsgspecError as error:
        raise UpdateRefused(f"what it says of itself cannot be read: {error}") from error
    if _number(release.version) <= _number(running):
        raise UpdateRefused(f"it holds {release.version}, and {running} runs: an older one is never put over a newer")
    if names - {RELEASE, SIGNATURE} != set(release.files):
        raise UpdateRefused("it holds other files than were signed")
    for name, sha256 in release.files.items():
        if _digest(package, name) != sha256:
            raise UpdateRefused(f"{name!r} in it is not what was signed")
    return release


def _small(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as entry:
        content = entry.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise UpdateRefused(f"{name} in it is too large")
    return content


def _digest(package: zipfile.ZipFile, name: str) -> str:
    digest, size = hashlib.sha256(), 0
    with package.open(name) as entry:
        while piece := entry.read(_PIECE):
            size += len(piece)
            if size > _MOST_BYTES:
                raise UpdateRefused(f"{name!r} in it is too large")
            digest.update(piece)
    return digest.hexdigest()


def _number(version: str) -> tuple[int, ...]:
    found = _VERSION.fullmatch(version)
    if found is None:
        raise UpdateRefused(f"{version[:40]!r} is no version")
    return tuple(int(part) for part in found.groups())
