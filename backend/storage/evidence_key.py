"""The key that signs evidence packages: in a file that only we may read, made at its first use."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.storage.checkpoints import key_bytes
from video.evidence.package import key_fingerprint


class EvidenceKey:
    """Implements `video.evidence.package.Signer`. Reads the file each time it signs; nothing of it shows in a repr."""

    def __init__(self, secrets_dir: Path) -> None:
        self._path = secrets_dir / "evidence.key"

    @property
    def public_key(self) -> bytes:
        """32 bytes. Raises StorageError when the file is damaged."""
        return self._key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """What courts are told out of band."""
        return key_fingerprint(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(key_bytes(self._path))
