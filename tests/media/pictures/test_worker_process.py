"""A decoder that dies, hangs or talks nonsense is replaced, and what ends two of them is asked no third time."""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path
from random import Random

import pytest

from media.pictures.messages import DrawStill, FeedStream, LookAt, MaskGroup
from media.pictures.workers import MAX_GROUP_UNITS, PicturesRefused, PictureWorkers
from tests.eventually import eventually
from tests.media.masked_pixels import WINDOW, assert_masked, decoded, secret_film
from tests.media.pictures.conftest import Film
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.masks import geometry


async def _pid(workers: PictureWorkers) -> int:
    workers.prepare()
    found = await eventually(lambda: workers.asked[0].process_id)
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV])
async def test_what_a_lost_decoder_was_asked_is_done_by_the_next(
    workers: PictureWorkers, secrets: Film, blow: signal.Signals
) -> None:
    pid = await _pid(workers)
    os.kill(pid, blow)
    done = await workers.mask_units(*secrets, [WINDOW])
    assert_masked(decoded(done.parameters, done.units), [WINDOW], at_least=50)
    assert workers.asked[0].process_id != pid


async def test_a_question_that_ends_two_decoders_is_refused_and_the_others_are_answered(
    workers: PictureWorkers, secrets: Film
) -> None:
    killed: list[int] = [await _pid(workers)]
    poison = asyncio.gather(workers.mask_units(*secrets, [WINDOW]), return_exceptions=True)
    behind = asyncio.gather(*(workers.still(*secrets, [WINDOW]) for _ in range(3)))
    await asyncio.sleep(0)
    os.kill(killed[0], signal.SIGKILL)
    worker = workers.asked[0]

    async def kill_the_second() -> None:
        # As if the pictures themselves had ended it: before it can answer.
        while worker.process_id in {None, killed[0]}:
            await asyncio.sleep(0)
        assert worker.process_id is not None
        killed.append(worker.process_id)
        os.kill(worker.process_id, signal.SIGKILL)

    async with asyncio.timeout(8):
        await kill_the_second()
        (refused,) = await poison
        assert isinstance(refused, PicturesRefused)
        assert "two decoders" in str(refused)
        assert all(still.startswith(b"\xff\xd8") for still in await behind)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (
            "import sys; sys.stdout.buffer.write(b'\\xff' * 64); sys.stdout.flush(); sys.stdin.read()",
            "nobody understands",
        ),
        (
            "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\2hi'); sys.stdout.flush(); sys.stdin.read()",
            "nobody understands",
        ),
        ("raise SystemExit(3)", "exit code 3"),
    ],
)
async def test_a_worker_that_talks_nonsense_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, program: str, why: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{program}"\n')
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    workers = PictureWorkers(processes=1)
    try:
        workers.prepare()
        await eventually(lambda: workers.asked[0].restarts >= 2)
    finally:
        await workers.close()
    assert why in caplog.text


async def test_the_decoder_leaves_with_its_parent(workers: PictureWorkers, secrets: Film) -> None:
    pid = await _pid(workers)
    await workers.close()
    assert not Path(f"/proc/{pid}").exists()


async def test_its_memory_is_limited(workers: PictureWorkers) -> None:
    pid = await _pid(workers)
    soft, _ = resource.prlimit(pid, resource.RLIMIT_AS)
    assert 2**28 < soft <= 2 * 2**30


@pytest.mark.parametrize(
    "units",
    [
        (),
        (AccessUnit((b"\x65" + b"garbage" * 300,), True, 0, 0.0),),
        (AccessUnit((b"",), True, 0, 0.0),),
        (AccessUnit((b"\x67\xff\xff\xff\xff\xff\xff", b"\x68\xff", b"\x65" + bytes(4000)), True, 0, 0.0),),
        tuple(AccessUnit((b"\x41\x9a",), False, n, 0.0) for n in range(MAX_GROUP_UNITS + 1)),
    ],
    ids=["nothing", "garbage", "empty", "absurd parameters", "endless"],
)
async def test_what_is_no_picture_is_refused_in_words_and_nobody_dies(
    workers: PictureWorkers, units: tuple[AccessUnit, ...]
) -> None:
    parameters = StreamParameters(Codec.H264, ())
    for asked in (workers.mask_units(parameters, units, [WINDOW]), workers.still(parameters, units, [WINDOW])):
        with pytest.raises(PicturesRefused, match=r"picture"):
            await asked
    assert workers.asked[0].restarts == 0


@pytest.mark.parametrize("codec", list(Codec))
async def test_flipped_bits_end_no_decoder(workers: PictureWorkers, codec: Codec) -> None:
    random = Random(7)
    parameters, units = secret_film(8, codec=codec, size=(160, 96), group=8)
    answers: list[object] = []
    for number in range(150):
        torn = tuple(_torn(unit, random) for unit in units)
        workers.asked[0].ask(MaskGroup(parameters, torn, geometry([WINDOW])), answers.append)
        workers.asked[0].ask(DrawStill(parameters, torn, geometry([WINDOW])), answers.append)
        workers.watch.ask(LookAt(1, "main", codec, torn[0], float(number)), answers.append)
        for unit in torn:
            workers.live[0].ask(FeedStream(number % 3, codec, unit, geometry([WINDOW])), answers.append)
    await eventually(lambda: len(answers) == 150 * 11, within_s=40)
    assert [worker.restarts for worker in (workers.asked[0], workers.live[0], workers.watch)] == [0, 0, 0]
    assert None not in answers


def _torn(unit: AccessUnit, random: Random) -> AccessUnit:
    nals: list[bytes] = []
    for nal in unit.nal_units:
        torn = bytearray(nal)
        for _ in range(random.choice((0, 0, 1, 2, 8))):
            torn[random.randrange(len(torn))] = random.randrange(256)
        nals.append(bytes(torn))
    return AccessUnit(tuple(nals), unit.is_key, unit.rtp_time, unit.received_at)
