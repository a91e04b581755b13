"""`python main.py city`: the demo city's field devices in their own process."""

import argparse
import asyncio
import contextlib
import ipaddress
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
import platformdirs

from backend.devkit.clock import SystemClock
from city.plan import build_city
from city.running import CityOptions, RunningCity, run_until
from contract.city_plan import CityReady

_EPILOG = """\
Prints one line of JSON once its devices listen: where the plan was written and where its levers are.
Exit codes: 0 stopped as asked, 1 could not listen, write or go on, 2 wrong arguments.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a city until SIGTERM, SIGINT or, with --quit-with-parent, the end of standard input."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    host, port = arguments.listen
    options = CityOptions(
        out=arguments.out,
        films=arguments.films,
        host=host,
        port=port,
        is_calm=arguments.calm,
    )
    city = build_city(seed=arguments.seed, scale=arguments.scale)
    running = RunningCity(city, options, SystemClock())
    try:
        asyncio.run(_run(running, quits_with_parent=arguments.quit_with_parent))
    except OSError as error:
        print(f"The city cannot run: {error}. Choose another --listen or --out.", file=sys.stderr)
        return 1
    except ExceptionGroup as group:
        logging.getLogger(__name__).error("the city broke down", exc_info=group)
        return 1
    return 0


async def _run(city: RunningCity, *, quits_with_parent: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if quits_with_parent:
        _watch_parent(loop, stop)
    await run_until(stop, city, _announce)


def _announce(ready: CityReady) -> None:
    """On standard output for the parent, and beside the plan for whoever wants to pull the levers."""
    Path(ready.plan_path).with_name("ready.json").write_bytes(msgspec.json.encode(ready))
    print(msgspec.json.encode(ready).decode(), flush=True)


def _watch_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    def wait_for_the_end() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 4096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_the_end, name="parent watch", daemon=True).start()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py city",
        description="Run the demo city: simulated lighting gateways and cameras of Dijon métropole on real protocols.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--scale", type=_scale, default=1.0, metavar="N", help="0.1, 1 (35,000 assets) or 10; default 1"
    )
    parser.add_argument(
        "--seed", type=_seed, default=1, metavar="N", help="the same seed gives the same city; default 1"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(platformdirs.user_cache_dir("beffroi")) / "city",
        metavar="DIR",
        help="where plan.msgpack is written; default %(default)s",
    )
    parser.add_argument(
        "--films",
        type=Path,
        default=Path(platformdirs.user_cache_dir("beffroi")) / "street-scenes",
        metavar="DIR",
        help="where drawn street scenes are kept between runs; default %(default)s",
    )
    parser.add_argument(
        "--listen",
        type=_loopback,
        default=("127.0.0.1", 0),
        metavar="HOST:PORT",
        help="loopback address of the devices; port 0 (default) takes a free one",
    )
    parser.add_argument("--calm", action="store_true", help="nothing fails by itself")
    parser.add_argument(
        "--quit-with-parent", action="store_true", help="stop when standard input closes, as when the parent dies"
    )
    return parser


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0.02 <= scale <= 20.0:
        raise argparse.ArgumentTypeError("a city's scale lies between 0.02 and 20")
    return scale


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 999999999")
    return int(text)


def _loopback(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    host = host.strip("[]")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:0")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise argparse.ArgumentTypeError(
            f"{host!r} is not a loopback address: simulated devices have no protection and stay on this machine"
        )
    return host, int(port)
