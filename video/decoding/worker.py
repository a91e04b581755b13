"""A decoder process: `python -m video.decoding.worker`. Commands on stdin, events on stdout, pictures in shared
memory; it leaves when its parent closes stdin or dies."""

import asyncio
import contextlib
import os
import sys
import threading

import cv2
import msgspec

from video.clocks import monotonic
from video.decoding.frame_slots import FrameSlots, block_size
from video.decoding.messages import (
    Alive,
    CloseTile,
    Command,
    Event,
    GiveAddress,
    OpenTile,
    ResizeTile,
    ShowTile,
    TileChanged,
    WantAddress,
    decode_command,
    encode,
)
from video.decoding.shared_block import SharedBlock
from video.decoding.tile_decoder import TileDecoder
from video.file_source import FileSource
from video.rtsp.client import RtspSource
from video.source import VideoSource
from video.states import StreamFailure, StreamStatus
from video.task_owner import TaskOwner

ALIVE_SECONDS = 0.25
DEFAULT_MEMORY_BYTES = 3 * 2**30


class _Tile:
    def __init__(self, name: str, decoder: TileDecoder) -> None:
        self.name = name
        self.decoder = decoder
        self.task: asyncio.Task[None] | None = None
        self.address: asyncio.Future[GiveAddress] | None = None


class DecoderWorker:
    """Holds the streams of one process."""

    def __init__(self) -> None:
        self._tasks = TaskOwner()
        self._tiles: dict[str, _Tile] = {}

    async def run(self) -> None:
        """Until the process ends."""
        self._read_commands_in_thread(asyncio.get_running_loop())
        while True:
            self._say(Alive())
            for tile in self._tiles.values():
                tile.decoder.tell_status()
            await asyncio.sleep(ALIVE_SECONDS)

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
            case OpenTile():
                self._close(command.tile)
                self._open(command)
            case ResizeTile() if tile is not None:
                with contextlib.suppress(OSError):
                    tile.decoder.move_to(_slots(command))
            case ShowTile() if tile is not None:
                tile.decoder.show(is_visible=command.is_visible)
            case CloseTile():
                self._close(command.tile)
            case GiveAddress() if tile is not None and tile.address is not None and not tile.address.done():
                tile.address.set_result(command)
            case _:
                pass  # The tile was closed meanwhile.

    def _open(self, command: OpenTile) -> None:
        name = command.tile

        def tell(status: StreamStatus) -> None:
            if self._tiles.get(name) is tile:
                self._say(TileChanged(name, status.state, status.since, status.reason))

        try:
            slots = _slots(command)
        except OSError:
            return  # Closed or resized again before this worker came to it.
        tile = _Tile(name, TileDecoder(slots, is_visible=command.is_visible, on_status=tell, clock=monotonic))
        self._tiles[name] = tile
        tile.task = self._tasks.start(self._watch(tile, command.path), name=f"tile {name}")

    async def _watch(self, tile: _Tile, path: str) -> None:
        source: VideoSource = (
            FileSource(path, tile.decoder) if path else RtspSource(lambda: self._ask_address(tile), tile.decoder)
        )
        await source.run()

    async def _ask_address(self, tile: _Tile) -> str:
        tile.address = asyncio.get_running_loop().create_future()
        self._say(WantAddress(tile.name))
        given = await tile.address
        if given.refusal is not None:
            raise StreamFailure(given.refusal, given.reason)
        return given.url

    def _close(self, name: str) -> None:
        tile = self._tiles.pop(name, None)
        if tile is not None and tile.task is not None:
            tile.task.cancel()

    def _say(self, event: Event) -> None:
        try:
            sys.stdout.buffer.write(encode(event))
            sys.stdout.buffer.flush()
        except OSError:
            os._exit(0)


def _slots(command: OpenTile | ResizeTile) -> FrameSlots:
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
    _limit_memory()
    cv2.setNumThreads(1)
    with contextlib.suppress(KeyboardInterrupt, msgspec.MsgspecError):
        asyncio.run(DecoderWorker().run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
