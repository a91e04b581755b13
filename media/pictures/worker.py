"""A picture worker: `python -m media.pictures.worker`. Questions on stdin, answers in their order on stdout; it leaves
when its parent closes stdin or dies."""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from typing import BinaryIO, Final

import cv2
import msgspec
from av.error import FFmpegError

from media.pictures.conditions import CameraEye
from media.pictures.masking import GroupDecoder, MaskingEncoder, draw_still, mask_group, unwrapped
from media.pictures.messages import (
    HEADER,
    Alive,
    Answer,
    Done,
    DrawStill,
    EndStream,
    Failed,
    FeedStream,
    LookAt,
    Masked,
    MaskGroup,
    Question,
    Said,
    Seen,
    Still,
    decode_question,
    encode,
)
from media.pictures.sights import key_picture
from video.access_unit import Codec
from video.clocks import monotonic
from video.masks import Geometry

ALIVE_SECONDS: Final = 0.4
DEFAULT_MEMORY_BYTES: Final = 2 * 2**30
_MOST_EYES: Final = 5000


class _LiveStream:
    def __init__(self, codec: Codec, masks: Geometry, began: int) -> None:
        self.codec = codec
        self.decoder = GroupDecoder(codec, is_live=True)
        self.encoder = MaskingEncoder(masks)
        self.time = began


class PictureWorker:
    """Holds the live streams and what is known of the cameras that this process looks at."""

    def __init__(self, say_bytes: BinaryIO) -> None:
        self._out = say_bytes
        self._questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._streams: dict[int, _LiveStream] = {}
        self._eyes: dict[tuple[int, str], CameraEye] = {}
        self._said_at = 0.0

    def run(self, questions: BinaryIO) -> None:
        """Until the process ends."""
        threading.Thread(target=self._read, args=(questions,), name="questions", daemon=True).start()
        self._say(Alive())
        while True:
            try:
                body = self._questions.get(timeout=ALIVE_SECONDS)
            except queue.Empty:
                self._say(Alive())
                continue
            question = decode_question(body)
            try:
                answer = self._answer(question)
            except (ValueError, FFmpegError) as error:
                # Sizes and colours that no coder takes. The next key picture begins anew.
                if isinstance(question, FeedStream):
                    self._streams.pop(question.stream, None)
                answer = Failed(str(error))
            self._say(answer)

    def _answer(self, question: Question) -> Answer:
        match question:
            case FeedStream():
                return self._feed(question)
            case EndStream():
                self._streams.pop(question.stream, None)
                return Done()
            case MaskGroup():
                codec = question.parameters.codec
                return Masked(tuple(mask_group(codec, question.units, question.masks, self._tick)))
            case DrawStill():
                codec = question.parameters.codec
                return Still(draw_still(codec, question.units, question.masks, question.width, self._tick))
            case LookAt():
                return self._look(question)

    def _feed(self, question: FeedStream) -> Masked:
        unit = question.unit
        stream = self._streams.get(question.stream)
        if stream is None or stream.codec is not question.codec:
            stream = _LiveStream(question.codec, question.masks, unit.rtp_time)
            self._streams[question.stream] = stream
        stream.time = unwrapped(stream.time, unit.rtp_time)
        pictures: list[tuple[bytes, bool, int]] = []
        for frame in stream.decoder.decode(unit.data, stream.time):
            if question.is_silent:
                continue
            shown_at = stream.time if frame.pts is None else frame.pts
            pictures.append((*stream.encoder.encode(frame, shown_at), shown_at & 0xFFFF_FFFF))
        return Masked(tuple(pictures))

    def _look(self, question: LookAt) -> Seen:
        began = time.thread_time()
        seen = Seen()
        picture = key_picture(question.codec, question.unit)
        if picture is not None:
            if len(self._eyes) >= _MOST_EYES:
                self._eyes.clear()
            eye = self._eyes.setdefault((question.camera, question.stream), CameraEye())
            seen = eye.look(picture, question.at, expects_movement=question.expects_movement)
        return msgspec.structs.replace(seen, cost_s=time.thread_time() - began)

    def _tick(self) -> None:
        if monotonic() - self._said_at > ALIVE_SECONDS:
            self._say(Alive())

    def _say(self, said: Said) -> None:
        try:
            self._out.write(encode(said))
            self._out.flush()
        except OSError:
            os._exit(0)
        self._said_at = monotonic()

    def _read(self, questions: BinaryIO) -> None:
        while len(header := questions.read(HEADER.size)) == HEADER.size:
            self._questions.put(questions.read(HEADER.unpack(header)[0]))
        # The parent is gone. Not a polite end: a decoder may be stuck in native code.
        os._exit(0)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - absent on Windows

        text = os.environ.get("BEFFROI_PICTURES_MEMORY_BYTES", "")
        limit = int(text) if text.isdigit() else DEFAULT_MEMORY_BYTES
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main() -> None:
    """The process."""
    # Ctrl+C in a terminal is told to every process there; a worker leaves when its parent does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    cv2.setNumThreads(1)
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        PictureWorker(answers).run(sys.stdin.buffer)
    finally:
        traceback.print_exc()
        # At once: the thread that reads holds a lock that a polite end would wait for.
        os._exit(1)


if __name__ == "__main__":
    main()
