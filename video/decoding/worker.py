"""A decoder process: `python -m video.decoding.worker`. Commands on stdin, events on stdout, pictures in shared
memory; it leaves when its parent closes stdin or dies."""

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading

import cv2
import msgspec

from video.clocks import monotonic
from video.decoding.economy import Economy
from video.decoding.frame_slots import FrameSlots, block_size
from video.decoding.messages import (
    Alive,
    CloseTile,
    Command,
    Event,
    OpenFootage,
    OpenSound,
    OpenTile,
    ResizeTile,
    WantOpening,
    decode_command,
    encode,
)
from video.decoding.rest import Rest
from video.decoding.shared_block import SharedBlock
from video.decoding.sound_tile import SoundTile
from video.decoding.worker_tiles import LiveTile, RecordedTile
from video.paced_loop import paced
from video.task_owner import TaskOwner

ALIVE_SECONDS = 0.25
_TIDIED_AFTER_S = 2.0
DEFAULT_MEMORY_BYTES = 3 * 2**30


class DecoderWorker:
    """Holds the streams of one process."""

    def __init__(self) -> None:
        self._tasks = TaskOwner()
        self._tiles: dict[str, LiveTile | RecordedTile] = {}
        self._sounds: dict[str, SoundTile] = {}
        self._economy = Economy()
        self._rest = Rest()
        self._closed_counts = (0, 0)
        self._tidying: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Until the process ends."""
        self._read_commands_in_thread(asyncio.get_running_loop())
        lag_s = 0.0
        while True:
            self._say_alive(lag_s)
            due = monotonic() + ALIVE_SECONDS
            await asyncio.sleep(ALIVE_SECONDS)
            lag_s = monotonic() - due

    def _say_alive(self, lag_s: float) -> None:
        before = self._economy.level
        # Late because of others: the pictures are all decoded in the end, and leaving some out would help nobody.
        level = self._economy.note(0.0 if self._rest.was_taken() else lag_s, monotonic())
        decoded, drawn = self._closed_counts
        for tile in self._tiles.values():
            tile.tell_status()
            if level != before:
                tile.save(level)
            decoded, drawn = decoded + tile.counts[0], drawn + tile.counts[1]
        self._say(Alive(level, round(lag_s, 4), decoded, drawn))

    def _read_commands_in_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        def read() -> None:
            for line in sys.stdin.buffer:
                loop.call_soon_threadsafe(self._obey, line)
            # The parent is gone. Not a polite end: a decoder may be stuck in native code.
            os._exit(0)

        threading.Thread(target=read, name="commands", daemon=True).start()

    def _obey(self, line: bytes) -> None:
        command: Command = decode_command(line)
        tile = self._tiles.get(command.tile)
        match command:
            case OpenSound():
                self._open_sound(command)
            case _ if (sound := self._sounds.get(command.tile)) is not None:
                self._tell_sound(sound, command)
            case OpenTile() | OpenFootage():
                self._close(command.tile)
                self._open(command)
            case CloseTile():
                self._close(command.tile)
            case ResizeTile() if tile is not None:
                with contextlib.suppress(OSError):
                    tile.move_to(_slots(command))
            case _ if tile is not None:
                tile.obey(command)
            case _:
                pass  # The tile was closed meanwhile.

    def _open(self, command: OpenTile | OpenFootage) -> None:
        try:
            slots = _slots(command)
        except OSError:
            # Closed, or resized again and again, before this worker came to it.
            self._say(WantOpening(command.tile, command.block))
            return
        tile: LiveTile | RecordedTile
        if isinstance(command, OpenTile):
            tile = LiveTile(command, slots, self._say, self._tasks, monotonic)
        else:
            tile = RecordedTile(command, slots, self._say, self._tasks, monotonic)
        tile.save(self._economy.level)
        self._tiles[command.tile] = tile

    def _open_sound(self, command: OpenSound) -> None:
        with contextlib.suppress(OSError):  # closed again before this worker came to it
            self._sounds[command.tile] = SoundTile(command, self._say, self._tasks, monotonic)

    def _tell_sound(self, sound: SoundTile, command: Command) -> None:
        if isinstance(command, CloseTile):
            self._sounds.pop(command.tile).close()
        else:
            sound.obey(command)

    def _close(self, name: str) -> None:
        tile = self._tiles.pop(name, None)
        if tile is not None:
            decoded, drawn = self._closed_counts
            self._closed_counts = (decoded + tile.counts[0], drawn + tile.counts[1])
            tile.close()
            if self._tidying is None:
                self._tidying = asyncio.get_running_loop().call_later(_TIDIED_AFTER_S, self._tidy)

    def _tidy(self) -> None:
        # A closed tile is a circle of small objects that holds on to megabytes of shared memory: Python sees only
        # how few they are, and would leave hundreds of them.
        self._tidying = None
        gc.collect()

    def _say(self, event: Event) -> None:
        try:
            sys.stdout.buffer.write(encode(event))
            sys.stdout.buffer.flush()
        except OSError:
            os._exit(0)


def _slots(command: OpenTile | OpenFootage | ResizeTile) -> FrameSlots:
    size = block_size(command.width, command.height)
    return FrameSlots(SharedBlock(command.block, size, is_new=False), command.width, command.height)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - absent on Windows

        text = os.environ.get("BEFFROI_DECODER_MEMORY_BYTES", "")
        limit = int(text) if text.isdigit() else DEFAULT_MEMORY_BYTES
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main() -> int:
    """The process."""
    # Ctrl+C in a terminal is told to every process there; a worker leaves when its parent does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    cv2.setNumThreads(1)
    quietly = contextlib.suppress(msgspec.MsgspecError)
    with quietly, asyncio.Runner(loop_factory=paced()) as runner:
        runner.run(DecoderWorker().run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
