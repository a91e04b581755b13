"""A camera whose pictures end decoders is left alone for a while; those masked beside it go on."""

from collections.abc import Callable

from contract.media import StreamKey
from media.live.camera_pull import CameraAddress, CameraPull
from media.pictures.masked_streams import MaskedStreams
from media.pictures.messages import Answer, FeedStream, Masked, Question
from media.pictures.workers import PictureWorkers
from tests.media.pictures.conftest import Film
from video.access_unit import AccessUnit
from video.masks import Geometry
from video.task_owner import TaskOwner

MASK: Geometry = (((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)),)


async def test_pictures_that_end_two_decoders_are_tried_again_only_after_a_while(secrets: Film) -> None:
    now = [100.0]
    tasks = TaskOwner()
    workers = PictureWorkers(processes=1)
    worker = workers.live[0]
    asked: list[tuple[Question, Callable[[Answer | None], None]]] = []
    worker.ask = lambda question, answered: asked.append((question, answered))  # type: ignore[method-assign]
    streams = MaskedStreams(workers, clock=lambda: now[0])
    pulls = [CameraPull(StreamKey(n, "sub"), CameraAddress("rtsp://127.0.0.1:1/", None), tasks, print) for n in (1, 2)]
    bad, good = (streams.stream(pull, MASK) for pull in pulls)
    for stream in (bad, good):
        stream.hold()
        stream.described(secrets[0])

    def fed(number: int) -> int:
        return sum(isinstance(question, FeedStream) and question.stream == number for question, _ in asked)

    def worker_dies_of(stream_number: int) -> None:
        culprit = next(question for question, _ in asked if getattr(question, "stream", 0) == stream_number)
        lost = list(asked)
        asked.clear()
        for _, answered in lost:
            answered(None)
        streams.worker_lost(worker, culprit)

    key: AccessUnit = secrets[1][0]
    for _ in range(2):
        bad.received(key)
        good.received(key)
        assert (fed(bad.number), fed(good.number)) == (1, 1)
        worker_dies_of(bad.number)
    bad.received(key)
    good.received(key)
    assert fed(bad.number) == 0, "left alone"
    assert fed(good.number) == 1, "its neighbour goes on"
    now[0] += 6
    bad.received(key)
    assert fed(bad.number) == 1, "tried again: the camera may have been mended"
    assert asked[-1][0] == FeedStream(bad.number, secrets[0].codec, key, MASK)
    asked[-1][1](Masked(()))
    for stream in (bad, good):
        stream.release()
    assert len(streams) == 0
    for pull in pulls:
        await pull.close()
    await tasks.close()
    await workers.close()
