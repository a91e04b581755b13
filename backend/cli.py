"""`python main.py backend`: the backend as a process."""

import argparse
import asyncio
import contextlib
import errno
import logging
import signal
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import platformdirs

from backend.api.server import TlsRequired
from backend.bootstrap import Backend, BackendOptions, StartRefused
from backend.collector import spare_what_stays
from backend.log_lines import log_to
from backend.ports import StorageError
from backend.services.fleet.positions import KEPT_DAYS, LONGEST_KEPT_DAYS
from backend.services.recording_retention import KEPT_HOURS, LONGEST_KEPT_HOURS

log = logging.getLogger(__name__)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST_TOKEN_LINE = 4096
_DEMO_QUOTA_GB = 8
_MOST_QUOTA_GB = 1_000_000
_EXIT_CODES = "exit codes: 0 stopped as asked, 1 could not run, 2 wrong options"


class Ready(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one line of JSON a child prints once it answers."""

    url: str
    first_password: str | None = None
    first_user: str = "admin"
    demo_accounts: dict[str, str] = {}


def main(argv: Sequence[str]) -> int:
    """Run until told to stop. 0: stopped as asked; 1: could not run; 2: wrong options."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    log_to(sys.stderr)
    try:
        options = _options(arguments)
    except ValueError as error:
        parser.error(str(error))
    try:
        return asyncio.run(_run(options, is_child=arguments.child))
    except (StartRefused, TlsRequired) as error:
        print(f"beffroi backend: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"beffroi backend: {_told(error, arguments.listen)}", file=sys.stderr)
        return 1
    except StorageError as error:
        print(f"beffroi backend: {error}", file=sys.stderr)
        return 1


def _told(error: OSError, listen: str) -> str:
    if isinstance(error, ssl.SSLError):
        return f"the certificate or its key cannot be used: {error}"
    if error.errno == errno.EADDRINUSE:
        return f"{listen} is taken by another program (a backend that runs already?): stop it, or --listen elsewhere"
    if error.filename is not None:
        return f"{error.filename} cannot be used: {error.strerror}"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="main.py backend", description="Runs the backend.", epilog=_EXIT_CODES)
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8440", help="port 0: a free one")
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="where everything is kept (default: this account's own folder)"
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help="PostgreSQL instead of the embedded SQLite; a password goes into database.password among the keys",
    )
    parser.add_argument("--secrets", metavar="DIR", type=Path, help="where the keys are; readable by us only")
    parser.add_argument(
        "--tls-cert", metavar="FILE", type=Path, help="certificate; needed for any but a loopback address"
    )
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="its private key, when not in the same file")
    parser.add_argument("--demo", action="store_true", help="with a demo city of simulated devices, and its own data")
    parser.add_argument("--scale", choices=("0.1", "1", "10"), default="1", help="size of the demo city")
    parser.add_argument("--seed", type=int, default=1, help="which demo city")
    parser.add_argument(
        "--calm", action="store_true", help="in the demo city no spontaneous faults, nothing written before"
    )
    parser.add_argument(
        "--replay-hours", metavar="HOURS", type=int, default=KEPT_HOURS, help="how long the map's past is kept"
    )
    parser.add_argument(
        "--position-days", metavar="DAYS", type=int, default=KEPT_DAYS, help="how long it is kept where vehicles were"
    )
    parser.add_argument(
        "--footage-quota-gb",
        metavar="GB",
        type=int,
        help="how much recordings may take of the disk; 0: all it has room for (default; 8 in the demo)",
    )
    parser.add_argument(
        "--camera-sound",
        action="store_true",
        help="let operators listen to cameras, live; each listening is entered in the register, nothing is recorded",
    )
    parser.add_argument(
        "--audit-copy",
        metavar="DIR",
        type=Path,
        help="a folder on another machine for a copy of the audit's checkpoints; while it is away two-person acts wait",
    )
    parser.add_argument(
        "--mqtt-broker",
        metavar="HOST:PORT",
        default="127.0.0.1:0",
        help="where our own MQTT broker listens when a connection asks for it (another host needs --tls-cert); port 0: "
        "a free one",
    )
    parser.add_argument("--child", action="store_true", help="started by a console: leaves when standard input closes")
    return parser


def _options(arguments: argparse.Namespace) -> BackendOptions:
    host, separator, port = str(arguments.listen).rpartition(":")
    host = host.strip("[]")
    if not separator or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"--listen takes HOST:PORT, not {arguments.listen!r}")
    if host not in _LOOPBACK and arguments.tls_cert is None:
        raise ValueError(f"listening on {host} needs a certificate: give --tls-cert and --tls-key")
    if not 1 <= arguments.position_days <= LONGEST_KEPT_DAYS:
        raise ValueError(f"--position-days takes 1 to {LONGEST_KEPT_DAYS}, not {arguments.position_days}")
    if not 1 <= arguments.replay_hours <= LONGEST_KEPT_HOURS:
        raise ValueError(f"--replay-hours takes 1 to {LONGEST_KEPT_HOURS}, not {arguments.replay_hours}")
    quota_gb = (
        (_DEMO_QUOTA_GB if arguments.demo else 0) if arguments.footage_quota_gb is None else arguments.footage_quota_gb
    )
    if not 0 <= quota_gb <= _MOST_QUOTA_GB:
        raise ValueError(f"--footage-quota-gb takes 0 to {_MOST_QUOTA_GB}, not {quota_gb}")
    application = "beffroi-demo" if arguments.demo else "beffroi"
    return BackendOptions(
        data_dir=arguments.data or Path(platformdirs.user_data_dir(application, appauthor=False)),
        secrets_dir=arguments.secrets,
        database_url=arguments.database,
        host=host,
        port=int(port),
        tls_certificate=arguments.tls_cert,
        tls_key=arguments.tls_key,
        is_demo=arguments.demo,
        city_scale=arguments.scale,
        city_seed=arguments.seed,
        is_city_calm=arguments.calm,
        replay_hours=arguments.replay_hours,
        position_days=arguments.position_days,
        footage_quota_gb=quota_gb,
        allows_camera_sound=arguments.camera_sound,
        checkpoint_copy=arguments.audit_copy,
        settings={"mqtt_broker": _broker_settings(arguments)},
    )


def _broker_settings(arguments: argparse.Namespace) -> dict[str, str]:
    host, separator, port = str(arguments.mqtt_broker).rpartition(":")
    if not separator or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"--mqtt-broker takes HOST:PORT, not {arguments.mqtt_broker!r}")
    host = host.strip("[]")
    if host in _LOOPBACK:
        return {"host": host, "port": port}
    if arguments.tls_cert is None:
        raise ValueError(f"an MQTT broker on {host} needs a certificate: give --tls-cert and --tls-key")
    key = "" if arguments.tls_key is None else str(arguments.tls_key)
    return {"host": host, "port": port, "certificate_file": str(arguments.tls_cert), "key_file": key}


async def _run(options: BackendOptions, *, is_child: bool) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    leash = await _leash() if is_child else None
    backend = Backend(options)
    await backend.start()
    spare_what_stays()
    try:
        _announce(backend, is_child=is_child)
        async with asyncio.TaskGroup() as group:
            if leash is not None:
                group.create_task(_until_let_go(leash, stopped))
            await stopped.wait()
            if leash is not None:
                leash.feed_eof()
    finally:
        await backend.close()
    return 0


async def _leash() -> asyncio.StreamReader:
    """Standard input: first the launch token, then nothing until the parent goes."""
    reader = asyncio.StreamReader(limit=_LONGEST_TOKEN_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    if not (await reader.readline()).strip():
        raise StartRefused("a child backend gets its launch token on standard input, from the console that starts it")
    return reader


async def _until_let_go(leash: asyncio.StreamReader, stopped: asyncio.Event) -> None:
    with contextlib.suppress(ConnectionError):
        while await leash.read(_LONGEST_TOKEN_LINE):
            continue
    stopped.set()


def _announce(backend: Backend, *, is_child: bool) -> None:
    if is_child:
        ready = Ready(url=backend.url, first_password=backend.first_password, demo_accounts=dict(backend.demo_accounts))
        sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
        sys.stdout.buffer.flush()
        return
    print(f"Beffroi listens on {backend.url}")
    if backend.first_password is not None:
        print(f"First start: log in as admin with the password {backend.first_password} (shown this once)")
    for name, password in backend.demo_accounts.items():
        print(f"Demo account: {name} / {password}")
    sys.stdout.flush()
