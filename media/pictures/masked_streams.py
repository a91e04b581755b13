"""Live streams with masks burnt in: one for each camera, stream and masks, however many watch."""

from collections.abc import Callable
from typing import Final

from contract.media import StreamKey
from media.live.camera_pull import CameraPull
from media.pictures.messages import Answer, EndStream, FeedStream, Masked, Question
from media.pictures.worker_process import WorkerProcess
from media.pictures.workers import PictureWorkers, masked_parameters, masked_unit
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import Clock, monotonic
from video.masks import Geometry
from video.packetising import LARGE_PAYLOAD_BYTES
from video.states import StreamState, StreamStatus
from video.stream_source import StreamSource

_MOST_WAITING: Final = 40  # pictures: a worker that is further behind skips to the next key picture
_STRIKES: Final = 2
_FORGIVEN_AFTER_S: Final = 120.0
_SHORTEST_QUARANTINE_S: Final = 5.0
_LONGEST_QUARANTINE_S: Final = 60.0


class MaskedStream:
    """Holds its camera open while somebody holds it. Whatever fails, its viewers see nothing, and never the bare
    pictures: what it publishes is only ever what a worker coded."""

    def __init__(
        self,
        number: int,
        pull: CameraPull,
        masks: Geometry,
        worker: WorkerProcess,
        clock: Clock,
        left: Callable[["MaskedStream"], None],
    ) -> None:
        self.number = number
        self.pull = pull
        self.masks = masks
        self.worker = worker
        self.shown = StreamSource(packet_bytes=LARGE_PAYLOAD_BYTES)
        self._clock = clock
        self._left = left
        self._holders = 0
        self._codec: Codec | None = None
        self._waits_for_key = True
        self._era = 0
        self._waiting = 0
        self._may_wait = _MOST_WAITING
        self._is_fed = False
        self._strikes = 0
        self._struck_at = 0.0
        self._quarantined_until = 0.0

    @property
    def key(self) -> StreamKey:
        """Which stream it is."""
        return self.pull.key

    def hold(self) -> StreamSource:
        """Somebody wants to watch: the camera is opened unless it is open."""
        self._holders += 1
        if self._holders == 1:
            self.pull.hold()
            self.pull.add_listener(self)
            self._catch_up()
        return self.shown

    def release(self) -> None:
        """One who held has gone; nothing is masked for nobody."""
        self._holders -= 1
        if self._holders == 0:
            self.pull.remove_listener(self)
            self.pull.release()
            self._begin_anew()
            self._left(self)

    async def hopeless(self) -> None:
        """Returns when waiting for pictures makes no sense."""
        await self.pull.hopeless()

    def described(self, parameters: StreamParameters) -> None:
        """The camera says what it sends; viewers are told by what the masked pictures say of themselves."""
        if parameters.codec is not self._codec:
            self._codec = parameters.codec
            self._waits_for_key = True

    def received(self, unit: AccessUnit) -> None:
        """The camera sent a picture."""
        if self._codec is None or self._clock() < self._quarantined_until:
            return
        if self._waits_for_key and not unit.is_key:
            return
        if self._waiting > self._may_wait:
            self._waits_for_key = True
            return
        self._waits_for_key = False
        self._feed(unit)

    def status_changed(self, status: StreamStatus) -> None:
        """The camera fares differently: what is shown next begins with a new key picture."""
        if status.state is not StreamState.LIVE:
            self._begin_anew()

    def lost(self, *, is_culprit: bool) -> None:
        """The worker is gone. A stream that ended two is left alone for a while, longer each time."""
        self._is_fed = False
        self._begin_anew()
        if not is_culprit:
            self._catch_up()
            return
        now = self._clock()
        self._strikes = self._strikes + 1 if now - self._struck_at < _FORGIVEN_AFTER_S else 1
        self._struck_at = now
        if self._strikes >= _STRIKES:
            doubled = _SHORTEST_QUARANTINE_S * 2 ** (self._strikes - _STRIKES)
            self._quarantined_until = now + min(doubled, _LONGEST_QUARANTINE_S)

    def end(self) -> None:
        """Hang up on its viewers: nobody may see this camera any more."""
        self.shown.end()

    def _begin_anew(self) -> None:
        self._era += 1
        self._waits_for_key = True
        self.shown.interrupt()
        if self._is_fed:
            self._is_fed = False
            self.worker.ask(EndStream(self.number), lambda _: None)

    def _catch_up(self) -> None:
        """Decode what the camera sent since its last key picture, so that nobody waits for the next."""
        group = self.pull.stream.newest_group(self._clock())
        if self._codec is None or not group or self._clock() < self._quarantined_until:
            return
        self._may_wait = len(group) + _MOST_WAITING
        self._waits_for_key = False
        for unit in group[:-1]:
            self._feed(unit, is_silent=True)
        self._feed(group[-1])

    def _feed(self, unit: AccessUnit, *, is_silent: bool = False) -> None:
        if self._codec is None:
            return
        era = self._era

        def answered(answer: Answer | None) -> None:
            self._waiting -= 1
            if self._waiting == 0:
                self._may_wait = _MOST_WAITING
            if era == self._era and self._holders > 0:
                self._publish(answer)

        self._waiting += 1
        self._is_fed = True
        self.worker.ask(FeedStream(self.number, self._codec, unit, self.masks, is_silent=is_silent), answered)

    def _publish(self, answer: Answer | None) -> None:
        if not isinstance(answer, Masked):
            self._waits_for_key = True
            return
        for picture in answer.pictures:
            unit = masked_unit(picture, picture[2], self._clock())
            if unit.is_key:
                parameters = masked_parameters(unit)
                if parameters != self.shown.parameters:
                    self.shown.set_parameters(parameters)
            self.shown.publish(unit)


class MaskedStreams:
    """Makes and shares them."""

    def __init__(self, workers: PictureWorkers, *, clock: Clock = monotonic) -> None:
        self._workers = workers
        self._clock = clock
        self._count = 0
        self._streams: dict[tuple[StreamKey, Geometry], MaskedStream] = {}
        workers.hear_of_losses(self.worker_lost)

    def __len__(self) -> int:
        """How many are being masked."""
        return len(self._streams)

    def stream(self, pull: CameraPull, masks: Geometry) -> MaskedStream:
        """The camera with these masks; shared by all who are shown the same. Hold it at once."""
        present = self._streams.get((pull.key, masks))
        if present is not None and present.pull is pull:
            return present
        self._count += 1
        worker = min(self._workers.live, key=self._load)
        made = MaskedStream(self._count, pull, masks, worker, self._clock, self._left)
        self._streams[pull.key, masks] = made
        return made

    def shut(self, key: StreamKey) -> None:
        """Nobody may see this stream any more."""
        for stream in [one for one in self._streams.values() if one.key == key]:
            stream.end()

    def worker_lost(self, worker: WorkerProcess, culprit: Question | None) -> None:
        """Streams it masked begin anew in the next."""
        number = culprit.stream if isinstance(culprit, FeedStream) else 0
        for stream in [one for one in self._streams.values() if one.worker is worker]:
            stream.lost(is_culprit=stream.number == number)

    def _load(self, worker: WorkerProcess) -> int:
        return sum(stream.worker is worker for stream in self._streams.values())

    def _left(self, stream: MaskedStream) -> None:
        if self._streams.get((stream.key, stream.masks)) is stream:
            del self._streams[stream.key, stream.masks]
