"""The watch over conditions looks at what is open anyway, seldom, and says what changed."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from contract.media import CameraCondition, OpenCamera, StreamKey
from media.pictures.messages import Answer, LookAt, Question, Seen
from media.pictures.watch import EVERY_S, ConditionWatch
from media.pictures.worker_process import WorkerProcess
from media.pictures.workers import PictureWorkers
from tests.eventually import eventually
from tests.media.masked_pixels import secret_film
from tests.media.pictures.conftest import Film, Post, SecretCamera
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.task_owner import TaskOwner


class PatientWorker(WorkerProcess):
    """Answers when told to."""

    def __init__(self) -> None:
        super().__init__("patient", TaskOwner())
        self.asked: list[tuple[LookAt, Callable[[Answer | None], None]]] = []

    def ask(self, question: Question, answered: Callable[[Answer | None], None]) -> None:
        assert isinstance(question, LookAt)
        self.asked.append((question, answered))

    def answers(self, seen: Seen) -> None:
        self.asked[-1][1](seen)


class Desk:
    """A watch with a clock of its own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.worker = PatientWorker()
        self.said: list[CameraCondition] = []
        self.watch = ConditionWatch(self.worker, self.said.append, clock=lambda: self.now)

    def picture(
        self, stream: str = "main", *, is_key: bool = True, is_damaged: bool = False, camera_id: int = 7
    ) -> None:
        listener = self.watch.listener(StreamKey(camera_id, stream))
        listener.described(StreamParameters(Codec.H264, ()))
        listener.received(AccessUnit((b"\x65",), is_key, 0, self.now, is_damaged))

    def passes(self, seconds: float) -> None:
        self.now += seconds


async def test_key_pictures_are_looked_at_now_and_then_and_one_at_a_time() -> None:
    desk = Desk()
    desk.picture(is_key=False)
    desk.picture(is_damaged=True)
    assert desk.worker.asked == []
    desk.picture()
    desk.passes(EVERY_S)
    desk.picture()
    assert len(desk.worker.asked) == 1, "the first is not answered yet"
    desk.worker.answers(Seen())
    desk.passes(EVERY_S / 4)
    desk.picture()
    assert len(desk.worker.asked) == 2
    desk.worker.answers(Seen())
    desk.passes(EVERY_S / 4)
    desk.picture()
    assert len(desk.worker.asked) == 2, "too soon"
    await desk.watch.close()


async def test_one_stream_of_a_camera_is_looked_at_and_the_other_only_when_it_is_gone() -> None:
    desk = Desk()
    for _ in range(4):
        desk.picture("main")
        desk.worker.answers(Seen())
        desk.picture("sub")
        desk.passes(EVERY_S)
    assert {question.stream for question, _ in desk.worker.asked} == {"main"}
    desk.passes(20)
    desk.picture("sub")
    assert desk.worker.asked[-1][0].stream == "sub"
    await desk.watch.close()


async def test_what_changes_is_said_and_what_stays_is_not() -> None:
    desk = Desk()
    for seen in (Seen(), Seen(is_frozen=False), Seen(is_frozen=False), Seen(is_frozen=True), Seen(is_frozen=True)):
        desk.picture()
        desk.worker.answers(seen)
        desk.passes(EVERY_S)
    assert [one.is_frozen for one in desk.said] == [False, True]
    await desk.watch.close()


async def test_a_camera_that_turns_by_command_is_looked_at_as_one() -> None:
    desk = Desk()
    desk.watch.told(OpenCamera(camera_id=7, stream="main", url="rtsp://x", is_movable=True))
    desk.picture()
    desk.picture(camera_id=8)
    assert [question.expects_movement for question, _ in desk.worker.asked] == [True, False]
    await desk.watch.close()


async def test_a_camera_whose_picture_freezes_is_reported_and_so_is_its_thaw(
    post: Post, camera: SecretCamera, secrets: Film
) -> None:
    """F29, through the whole media process. The camera sends key pictures only: looked at every two seconds."""
    parameters, units = secrets
    camera.show((parameters, [unit for unit in units if unit.is_key][:1]))
    await post.service.obey(camera.told())
    pull = post.service.cameras.pull(StreamKey(7, "sub"))
    assert pull is not None
    pull.hold()

    def frozen() -> list[Any]:
        return [one.is_frozen for one in post.events if isinstance(one, CameraCondition)]

    began = asyncio.get_running_loop().time()
    await eventually(lambda: True in frozen(), within_s=17)
    assert asyncio.get_running_loop().time() - began > 9.5
    camera.show(secret_film(49, group=1))
    await eventually(lambda: frozen()[-1] is False, within_s=12)
    pull.release()


async def test_the_worker_looks_and_says_what_it_costs(workers: PictureWorkers, secrets: Film) -> None:
    keys = [unit for unit in secrets[1] if unit.is_key]
    answers: list[Answer | None] = []
    for number in range(8):
        workers.watch.ask(LookAt(7, "main", Codec.H264, keys[0], number * 2.0), answers.append)
    garbage = AccessUnit((bytes(np.random.default_rng(1).integers(0, 255, 900, np.uint8)),), True, 0, 0.0)
    workers.watch.ask(LookAt(7, "main", Codec.H265, garbage, 20.0), answers.append)
    await eventually(lambda: len(answers) == 9)
    last = answers[7]
    assert isinstance(last, Seen)
    assert last.is_frozen is True
    assert 0 < last.cost_s < 2.0
    assert msgspec.structs.replace(answers[8] or Seen(), cost_s=0.0) == Seen(), "what cannot be decoded says nothing"
