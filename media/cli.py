"""`main.py media`: started and supervised by the backend, leaves when the backend does."""

import argparse
import asyncio
import ipaddress
import logging
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from contract.media import MediaReady
from media.channel import BackendChannel, ChannelBroken
from media.footage_door.door import MOST_OF_ONE_ADDRESS
from media.open_files import allow_many_files
from media.recorder.disk_writer import FLOOR_BYTES
from media.recorder.recorder import RecorderOptions
from media.service import MediaService
from video.paced_loop import paced
from video.rtsp.server import RtspServer

log = logging.getLogger(__name__)

_DESCRIPTION = (
    "Opens each camera once and relays it to consoles under one-shot tickets. Started by the backend, which commands "
    "it over standard input; it is of no use by hand."
)


class MediaOptions(msgspec.Struct, frozen=True):
    """Where to listen, and where recordings lie."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    footage: RecorderOptions | None = None
    footage_port: int = 0


class OptionsRefused(Exception):
    """The command line asks for what must not be; the text says what to do."""


def main(argv: Sequence[str]) -> int:
    """Run until stdin closes. 0: the backend left; 1: something broke; 2: bad options."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s media %(levelname)s %(message)s")
    try:
        options = parse_options(argv)
    except OptionsRefused as refused:
        print(f"media: {refused}", file=sys.stderr)
        return 2
    allow_many_files()
    try:
        with asyncio.Runner(loop_factory=paced()) as runner:
            runner.run(_serve(options))
    except ChannelBroken as broken:
        log.error("%s", broken)
        return 1
    except OSError as error:
        log.error("cannot listen on %s:%d: %s", options.host, options.port, error.strerror)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def parse_options(argv: Sequence[str]) -> MediaOptions:
    """Read the command line. Raises OptionsRefused; SystemExit for --help and unknown options."""
    parser = argparse.ArgumentParser(prog="main.py media", description=_DESCRIPTION)
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="default: loopback, a free port")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="PEM certificate chain for RTSP over TLS")
    parser.add_argument("--key", type=Path, metavar="FILE", help="PEM private key of the certificate")
    parser.add_argument("--footage", type=Path, metavar="DIR", help="record below this folder; without it nothing is")
    parser.add_argument(
        "--footage-quota-gb", type=float, default=0.0, metavar="N", help="the oldest recordings go beyond; 0: no limit"
    )
    parser.add_argument(
        "--footage-floor-mb",
        type=float,
        default=FLOOR_BYTES / 2**20,
        metavar="N",
        help="recording stops while less is free on the disk (default: %(default)d)",
    )
    parser.add_argument(
        "--footage-port", type=int, default=0, metavar="PORT", help="where recordings are watched; default: a free one"
    )
    given = parser.parse_args(argv)
    if not 0 <= given.footage_port <= 65_535:
        raise OptionsRefused("--footage-port wants a port between 0 (a free one) and 65535")
    footage = _footage(given.footage, given.footage_quota_gb, given.footage_floor_mb)
    host, _, port = str(given.listen).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65_535:
        raise OptionsRefused("--listen wants HOST:PORT, for example 127.0.0.1:0")
    try:
        address = ipaddress.ip_address(host)
    except ValueError as error:
        raise OptionsRefused("--listen wants an IP address in front of the port, for example 127.0.0.1:0") from error
    if given.certificate is None:
        if not address.is_loopback:
            raise OptionsRefused(
                f"{host} can be reached from outside: video leaves this machine only encrypted. "
                "Give --certificate and --key, or listen on 127.0.0.1."
            )
        return MediaOptions(host, int(port), None, footage, given.footage_port)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        tls.load_cert_chain(given.certificate, given.key)
    except (OSError, ssl.SSLError) as error:
        raise OptionsRefused(f"the certificate or its key cannot be read: {error.strerror or error}") from error
    return MediaOptions(host, int(port), tls, footage, given.footage_port)


def _footage(folder: Path | None, quota_gb: float, floor_mb: float) -> RecorderOptions | None:
    if folder is None:
        return None
    if not (0 <= quota_gb <= 1e9 and 0 <= floor_mb <= 1e9):
        raise OptionsRefused("--footage-quota-gb and --footage-floor-mb want a number, for example 500")
    return RecorderOptions(folder, quota_bytes=int(quota_gb * 10**9), floor_bytes=int(floor_mb * 2**20))


async def _serve(options: MediaOptions) -> None:
    channel = await BackendChannel.open()
    service = MediaService(channel.send, footage=options.footage)
    server = RtspServer(
        options.host,
        options.port,
        service.relay.resolve,
        tls=options.tls,
        most_waiting_of_one_address=MOST_OF_ONE_ADDRESS,
    )
    try:
        await server.start()
        await service.start()
        footage_port = 0
        if service.footage_door is not None:
            await service.footage_door.start(options.host, options.footage_port, options.tls)
            footage_port = service.footage_door.port
        encrypted = options.tls is not None
        channel.send(MediaReady(rtsp_port=server.port, is_encrypted=encrypted, footage_port=footage_port))
        while (command := await channel.receive()) is not None:
            await service.obey(command)
    finally:
        await service.close()
        await server.close()
        channel.close()
