"""Passwords of devices: in clear for adapters only, never on disk."""

from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import StorageError
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from backend.storage.vault import EncryptedVault

CANARY = "operator:canary-6f1d"


def make(folder: Path) -> SqlStorage:
    """A storage on a folder."""
    return create_storage(None, folder / "kept", folder / "secrets", ManualClock(), ballast_bytes=0)


async def test_a_secret_comes_back_and_is_nowhere_in_clear(tmp_path: Path) -> None:
    storage = make(tmp_path)
    await storage.open()
    vault = EncryptedVault(storage, tmp_path / "secrets")
    await vault.load()
    await vault.store("gateway", CANARY)
    reopened = EncryptedVault(storage, tmp_path / "secrets")
    await reopened.load()
    assert reopened.read("gateway") == CANARY
    assert reopened.names() == ["gateway"]
    with pytest.raises(KeyError):
        reopened.read("other")
    assert CANARY not in repr(reopened)
    await storage.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    assert (tmp_path / "secrets" / "devices.key").stat().st_mode & 0o777 == 0o600


async def test_a_lost_or_wrong_key_is_told_in_words(tmp_path: Path) -> None:
    storage = make(tmp_path)
    await storage.open()
    vault = EncryptedVault(storage, tmp_path / "secrets")
    await vault.store("gateway", CANARY)
    key = tmp_path / "secrets" / "devices.key"
    for damage, words in ((bytes(32), "the right one"), (b"short", "damaged"), (None, "missing")):
        key.unlink()
        if damage is not None:
            key.write_bytes(damage)
        with pytest.raises(StorageError, match=words):
            await EncryptedVault(storage, tmp_path / "secrets").load()
    await storage.close()
