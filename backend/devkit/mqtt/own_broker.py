"""A broker of our own for a site that has none: a child process on loopback, started again when it falls."""

import asyncio
import logging
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.errors import LinkDown
from backend.devkit.mqtt.address import is_loopback
from backend.devkit.mqtt.broker_order import BrokerListens, BrokerOrder, BrokerRefused
from backend.devkit.tasks import Tasks
from video.child_process import end_child

log = logging.getLogger(__name__)

OUR_USER: Final = "beffroi"
_ROOT: Final = Path(__file__).resolve().parents[3]
_READY_WITHIN_S: Final = 30.0
_LEAVE_WITHIN_S: Final = 2.0
_FIRST_DELAY_S, _LONGEST_DELAY_S, _PROVEN_S = 1.0, 30.0, 60.0


class OwnBroker:
    """Started when first asked for. Nobody enters without a password; other than on loopback, not without TLS.

    `passwords`: of those in the field who publish here; of these, `trusted` may hear and say all, as we do. We enter as
    OUR_USER with a password made at each start. `refused` is told how many came in vain, by their addresses.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        passwords: Mapping[str, str] | None = None,
        trusted: Sequence[str] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        certificate_file: str = "",
        key_file: str = "",
        refused: Callable[[str, int], None] = lambda _address, _times: None,
    ) -> None:
        if not is_loopback(host) and not certificate_file:
            raise ValueError(f"the broker would listen on {host} without encryption: give it a certificate and a key")
        self._clock = clock
        self._refused = refused
        self._order = BrokerOrder(
            host=host,
            port=port,
            passwords={**(passwords or {}), OUR_USER: secrets.token_urlsafe(24)},
            trusted=(OUR_USER, *trusted),
            certificate_file=certificate_file,
            key_file=key_file,
        )
        self._tasks = Tasks("own broker")
        self._starting = asyncio.Lock()
        self._listens = asyncio.Event()
        self._is_kept = False
        self._process: asyncio.subprocess.Process | None = None
        self._trouble = ""

    @property
    def host(self) -> str:
        """Where it listens."""
        return self._order.host

    @property
    def port(self) -> int:
        """On which port, once it listens; the same one after it was started again."""
        return self._order.port

    @property
    def password(self) -> str:
        """Of OUR_USER."""
        return self._order.passwords[OUR_USER]

    @property
    def pid(self) -> int | None:
        """Of the child while it runs."""
        return None if self._process is None else self._process.pid

    async def listening(self) -> None:
        """Return once it listens. Raises LinkDown in words when it cannot."""
        async with self._starting:
            if not self._is_kept:
                self._is_kept = True
                self._tasks.start(self._keep_alive(), name="keep alive")
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                await self._listens.wait()
        except TimeoutError as error:
            raise LinkDown(
                f"our own MQTT broker does not start{': ' if self._trouble else ''}{self._trouble}"
            ) from error
        if self._trouble:
            raise LinkDown(f"our own MQTT broker does not start: {self._trouble}")

    @property
    def field_user(self) -> str:
        """As whom those in the field enter; empty when nobody but we does."""
        return next((user for user in self._order.passwords if user != OUR_USER), "")

    @property
    def is_encrypted(self) -> bool:
        """Whether it listens with a certificate."""
        return bool(self._order.certificate_file)

    @property
    def is_running(self) -> bool:
        """Whether something asked for it."""
        return self._is_kept

    async def let_in(self, passwords: Mapping[str, str]) -> None:
        """Those in the field enter with these from now on, and with no others: who is in must enter again.

        Raises LinkDown in words when it does not listen again.
        """
        async with self._starting:
            self._order = msgspec.structs.replace(self._order, passwords={**passwords, OUR_USER: self.password})
            was_kept = self._is_kept
            if was_kept:
                await self.close()
        if was_kept:
            await self.listening()

    async def close(self) -> None:
        """End it; may be called twice. Asked for again it starts again, on the same port."""
        await self._tasks.close()
        self._tasks = Tasks("own broker")
        self._is_kept = False

    async def _keep_alive(self) -> None:
        delay_s = _FIRST_DELAY_S
        while True:
            born = self._clock.monotonic()
            await self._one_life()
            if self._clock.monotonic() - born >= _PROVEN_S:
                delay_s = _FIRST_DELAY_S
            log.warning("our own MQTT broker ended (%s) and is started again in %.0f s", self._trouble, delay_s)
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S)

    async def _hear_refused(self, said: asyncio.StreamReader) -> None:
        """Until the child says no more."""
        async for line in said:
            for address, times in msgspec.json.decode(line, type=BrokerRefused).addresses.items():
                self._refused(address, times)

    async def _one_life(self) -> None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "backend.devkit.mqtt.broker_process", stdin=pipe, stdout=pipe, cwd=_ROOT
        )
        self._process = process
        try:
            if process.stdin is None or process.stdout is None:
                return
            process.stdin.write(msgspec.json.encode(self._order) + b"\n")
            async with asyncio.timeout(_READY_WITHIN_S):
                said = msgspec.json.decode(await process.stdout.readline(), type=BrokerListens)
            self._trouble = said.trouble
            self._listens.set()
            if not said.trouble:
                # Those in the field know this port: the next life takes it again.
                self._order = msgspec.structs.replace(self._order, port=said.port)
                await self._hear_refused(process.stdout)
                await process.wait()
                self._trouble = f"it ended with {process.returncode}"
        except (TimeoutError, msgspec.MsgspecError, OSError):
            self._trouble = "it does not say where it listens"
        finally:
            self._listens.clear()
            self._process = None
            await end_child(process, leave_within_s=_LEAVE_WITHIN_S)
