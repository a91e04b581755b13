"""Credentials of devices: ciphertext in the database, the key in a file that only we may read."""

import base64
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from backend.ports import Storage, StorageError
from backend.storage.checkpoints import key_bytes


class EncryptedVault:
    """Implements `backend.ports.SecretVault`. Nothing of it shows in a repr or a log."""

    def __init__(self, storage: Storage, secrets_dir: Path) -> None:
        self._storage = storage
        self._key_path = secrets_dir / "devices.key"
        self._secrets: dict[str, str] = {}

    async def load(self) -> None:
        """Read the ciphertexts; raises StorageError when the key is missing or wrong."""
        kept = await self._storage.secrets()
        if not kept:
            return
        if not self._key_path.exists():
            raise StorageError(f"the key of the device passwords is missing: restore {self._key_path.name}")
        cipher = self._cipher()
        try:
            self._secrets = {name: cipher.decrypt(text.encode()).decode() for name, text in kept.items()}
        except InvalidToken as error:
            raise StorageError(
                f"the device passwords were not encrypted with this {self._key_path.name}: restore the right one"
            ) from error

    async def store(self, name: str, secret: str) -> None:
        """Add or replace a secret."""
        await self._storage.save_secret(name, self._cipher().encrypt(secret.encode()).decode())
        self._secrets[name] = secret

    def read(self, name: str) -> str:
        """The secret behind a name; raises KeyError when there is none."""
        return self._secrets[name]

    def names(self) -> Sequence[str]:
        """The names of all secrets."""
        return sorted(self._secrets)

    def __repr__(self) -> str:
        """How many, never what."""
        return f"EncryptedVault({len(self._secrets)} secrets)"

    def _cipher(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(key_bytes(self._key_path)))
