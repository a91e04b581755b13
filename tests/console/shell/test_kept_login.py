"""The login is kept where the machine can keep it; a keyring that hangs never holds the console up."""

import threading
import time

import keyring.errors
import pytest

from console.shell.kept_login import KeptLogin, KeptWhere

URL = "https://control.example"


class Drawer:
    """A keyring that works."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class HangingDrawer(Drawer):
    """A keyring whose daemon waits for a prompt that nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.release.wait(20)
        return None


class LockedDrawer(Drawer):
    """A keyring that refuses."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("locked")


async def test_a_login_is_kept_read_and_forgotten_per_server() -> None:
    drawer = Drawer()
    kept = KeptLogin(drawer, URL)
    await kept.keep("token-1")
    assert await KeptLogin(drawer, URL).read() == "token-1"
    assert await KeptLogin(drawer, "https://other.example").read() is None
    await kept.forget()
    assert await kept.read() is None
    assert kept.where is KeptWhere.KEYRING


async def test_a_keyring_that_hangs_is_left_alone_after_its_time(caplog: pytest.LogCaptureFixture) -> None:
    drawer = HangingDrawer()
    kept = KeptLogin(drawer, URL, patience_s=0.05)
    began = time.monotonic()
    assert await kept.read() is None
    assert time.monotonic() - began < 15
    assert kept.where is KeptWhere.MEMORY_ONLY
    await kept.keep("token")
    assert drawer.kept == {}
    assert "memory only" in caplog.text
    drawer.release.set()


async def test_a_locked_keyring_means_memory_only() -> None:
    kept = KeptLogin(LockedDrawer(), URL)
    assert await kept.read() is None
    assert kept.where is KeptWhere.MEMORY_ONLY


async def test_no_keyring_at_all_is_said() -> None:
    assert KeptLogin(None, URL).where is KeptWhere.MEMORY_ONLY
