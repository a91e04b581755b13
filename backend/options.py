"""How a backend is started, and how it starts its children."""

import importlib.metadata
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from backend.services.fleet.positions import KEPT_DAYS
from backend.services.recording_retention import KEPT_HOURS
from backend.storage.opening import DATABASE_FILE
from contract.assets import AssetClass

_MAIN: Final = Path(__file__).resolve().parent.parent / "main.py"
_DEMO_MARK: Final = "demo"


class BackendOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a backend is started. `settings` overrides integrations' settings by name, `classes` those of the product."""

    data_dir: Path
    secrets_dir: Path | None = None  # None: in the data directory
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    is_demo: bool = False
    city_scale: str = "1"
    city_seed: int = 1
    is_city_calm: bool = False
    replay_hours: int = KEPT_HOURS
    position_days: int = KEPT_DAYS  # how long it is known where vehicles were
    footage_quota_gb: int = 0  # 0: as much as the disk has room for
    allows_camera_sound: bool = False
    checkpoint_copy: Path | None = None  # a folder elsewhere; None: the audit's checkpoints are in one place only
    settings: Mapping[str, Mapping[str, str]] = {}
    classes: Mapping[str, AssetClass] = {}


class StartRefused(Exception):
    """This cannot be started like that; the text says what to do instead."""


def media_command(options: BackendOptions) -> tuple[str, ...]:
    """Starts the media process."""
    recorded = ("--footage", str(options.data_dir / "footage"), "--footage-quota-gb", str(options.footage_quota_gb))
    return (sys.executable, str(_MAIN), "media", *recorded)


def city_command(options: BackendOptions) -> tuple[str, ...]:
    """Starts the demo city."""
    return (
        sys.executable,
        str(_MAIN),
        "city",
        "--out",
        str(options.data_dir / "city"),
        "--quit-with-parent",
        "--scale",
        options.city_scale,
        "--seed",
        str(options.city_seed),
        *(("--calm",) if options.is_city_calm else ()),
    )


def backup_command(options: BackendOptions) -> tuple[str, ...]:
    """Backs up what this backend has open; the file and how the passphrase comes are added."""
    where = ["--data", str(options.data_dir)]
    if options.secrets_dir is not None:
        where += ["--secrets", str(options.secrets_dir)]
    if options.database_url is not None:
        where += ["--database", options.database_url]
    return (sys.executable, str(_MAIN), "backup", *where)


def check_mark(options: BackendOptions) -> None:
    """A demo never opens the data of a real city, nor the reverse."""
    mark = options.data_dir / _DEMO_MARK
    is_used = (options.data_dir / DATABASE_FILE).exists() or (options.data_dir / "lock").exists()
    if options.is_demo and is_used and not mark.exists():
        raise StartRefused(f"{options.data_dir} holds a real city's data: start the demo with another --data directory")
    if not options.is_demo and mark.exists():
        raise StartRefused(f"{options.data_dir} holds the demo's data: add --demo, or give another --data directory")
    if options.is_demo:
        options.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        mark.touch()


def server_tls(options: BackendOptions) -> ssl.SSLContext | None:
    """With what the API is encrypted; None: it is not."""
    if options.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for file in (options.tls_certificate, options.tls_key):
        if file is not None:
            file.open("rb").close()  # OpenSSL does not say which of the two it cannot read
    context.load_cert_chain(options.tls_certificate, options.tls_key)
    return context


def version() -> str:
    """Ours."""
    try:
        return importlib.metadata.version("beffroi")
    except importlib.metadata.PackageNotFoundError:
        return "0.1.0"
