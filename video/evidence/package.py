"""A package written as one ZIP, the same bytes for the same content, durable before anyone hears of it."""

import hashlib
import os
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import msgspec

from contract.media import EvidenceClip, EvidenceClips
from video.evidence.manifest import ListedFile, PackageFacts, manifest_bytes
from video.evidence.one_file import one_file_verifier
from video.evidence.reading_notes import READ_ME_ENGLISH, READ_ME_FRENCH, hash_list, play_lists
from video.evidence.verifier.container import central_record, end_records, local_header
from video.evidence.verifier.judging import check
from video.evidence.verifier.report import MANIFEST, PUBLIC_KEY, SIGNATURE

_PIECE: Final = 2**20
_ED25519_HEAD: Final = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of RFC 8410


class Signer(Protocol):
    """A city's evidence key."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        ...


class PackageBroken(Exception):
    """What should have gone into the package is not what was recorded for it; the text says which file."""


class PackageStopped(Exception):
    """It was cancelled."""


class SealedPackage(msgspec.Struct, frozen=True):
    """A package on disk, verified after it was written."""

    bytes: int
    sha256: str


def write_package(
    target: Path,
    facts: PackageFacts,
    made: EvidenceClips,
    folder: Path,
    signer: Signer,
    go_on: Callable[[int], bool] = lambda _: True,
) -> SealedPackage:
    """Write `target` from what was `made` in `folder`; it appears whole or not at all.

    `go_on` hears how many bytes are written and may stop it. Raises OSError, PackageBroken, PackageStopped.
    """
    clips = made.clips
    small = _small_files(clips, signer.public_key)
    listed = [
        *(ListedFile(name=name, bytes=len(body), sha256=_hash(body)) for name, body in small.items()),
        *(ListedFile(name=f"clips/{clip.name}", bytes=clip.bytes, sha256=clip.sha256) for clip in clips),
    ]
    manifest = manifest_bytes(facts, clips, made.gaps, listed)
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        archive = _Archive(file)
        for name, body in {MANIFEST: manifest, SIGNATURE: signer.sign(manifest), **small}.items():
            archive.add(name, len(body), iter((body,)))
        for clip in clips:
            with (folder / clip.name).open("rb") as source:
                if archive.add(f"clips/{clip.name}", clip.bytes, _pieces(source, file, go_on)) != clip.sha256:
                    raise PackageBroken(f"{clip.name} is not as it was written: build the package anew")
        archive.end()
        file.flush()
        os.fsync(file.fileno())
    fingerprint = key_fingerprint(signer.public_key)

    def tick(at: int) -> None:
        if not go_on(at):
            raise PackageStopped

    if (report := check(part, fingerprint, tick)).exit_code != 0:
        raise PackageBroken(f"the package does not verify after it was written ({', '.join(sorted(report.codes))})")
    sealed = SealedPackage(part.stat().st_size, _file_hash(part, tick))
    part.replace(target)
    _sync_folder(target.parent)
    return sealed


def key_fingerprint(public_key: bytes) -> str:
    """SHA-256 of the key as `openssl pkey -pubin -outform DER` gives it, in hexadecimal."""
    return _hash(_ED25519_HEAD + public_key)


class _Archive:
    """A ZIP as `verifier.container` lays it out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: list[bytes] = []

    def add(self, name: str, size: int, pieces: Iterator[bytes]) -> str:
        """Append a file; returns the SHA-256 of what was written. Raises PackageBroken for another size."""
        raw, offset = name.encode("ascii"), self._file.tell()
        self._file.write(local_header(raw, size, 0))
        begins, crc, sha = self._file.tell(), 0, hashlib.sha256()
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
            sha.update(piece)
            self._file.write(piece)
        ends = self._file.tell()
        if ends - begins != size:
            raise PackageBroken(f"{name} has {ends - begins} bytes instead of {size}: build the package anew")
        self._file.seek(offset)
        self._file.write(local_header(raw, size, crc))
        self._file.seek(ends)
        self._directory.append(central_record(raw, size, crc, offset))
        return sha.hexdigest()

    def end(self) -> None:
        directory = b"".join(self._directory)
        offset = self._file.tell()
        self._file.write(directory + end_records(len(self._directory), len(directory), offset))


def _small_files(clips: Sequence[EvidenceClip], public_key: bytes) -> dict[str, bytes]:
    pem = b"-----BEGIN PUBLIC KEY-----\n" + b64encode(_ED25519_HEAD + public_key) + b"\n-----END PUBLIC KEY-----\n"
    return {
        "LISEZMOI.txt": READ_ME_FRENCH.encode(),
        "README.txt": READ_ME_ENGLISH.encode(),
        PUBLIC_KEY: pem,
        "SHA256SUMS": hash_list(clips).encode(),
        "verify.py": one_file_verifier(),
        **play_lists(clips),
    }


def _pieces(source: BinaryIO, written: BinaryIO, go_on: Callable[[int], bool]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        if not go_on(written.tell()):
            raise PackageStopped
        yield piece


def _file_hash(path: Path, tick: Callable[[int], None]) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            sha.update(piece)
            tick(file.tell())
    return sha.hexdigest()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sync_folder(folder: Path) -> None:
    """The new name is on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
