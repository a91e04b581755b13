"""A console that may not see all of a picture sees the rest of it live, whatever happens to camera or masking."""

import asyncio
import os
import signal

import av
import pytest
from av.error import HTTPUnauthorizedError

from contract.media import CloseCamera, MasksChanged, TicketUsed, ViewingEnded
from tests.eventually import eventually
from tests.media.masked_pixels import (
    CORNER,
    WINDOW,
    assert_masked,
    secret_film,
    shows_secrets,
    watched_by_ffmpeg,
)
from tests.media.pictures.conftest import Film, Post, SecretCamera
from video.access_unit import AccessUnit, Codec


async def test_what_a_mask_hides_is_never_shown_live_and_one_masking_serves_all(
    post: Post, camera: SecretCamera
) -> None:
    await post.service.obey(camera.told())
    urls = [await post.ticket([WINDOW, CORNER], user=user) for user in ("anna", "bilal")]
    bare = await post.ticket([], user="chloe")
    watching = asyncio.gather(*(asyncio.to_thread(watched_by_ffmpeg, url, 30) for url in (*urls, bare)))
    await eventually(lambda: len(post.service.masked_streams) == 1 and len(post.of(TicketUsed)) == 3)
    await asyncio.sleep(0.2)
    assert len(post.service.masked_streams) == 1
    annas, bilals, chloes = await watching
    assert_masked(annas, [WINDOW, CORNER], at_least=30)
    assert_masked(bilals, [WINDOW, CORNER], at_least=30)
    assert all(shows_secrets(frame, [WINDOW]) for frame in chloes), "who has no mask to heed sees the picture as it is"
    assert camera.sessions == 1
    await eventually(lambda: len(post.of(ViewingEnded)) == 3 and len(post.service.masked_streams) == 0)
    assert (annas[0].width, annas[0].height) == (320, 240)


async def test_an_h265_camera_is_masked_too(post: Post, camera: SecretCamera, secrets_h265: Film) -> None:
    camera.show(secrets_h265)
    await post.service.obey(camera.told())
    assert_masked(await asyncio.to_thread(watched_by_ffmpeg, await post.ticket([WINDOW]), 20), [WINDOW], at_least=20)


async def test_a_camera_that_changes_its_size_stays_masked(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(camera.told())
    frames: list[av.VideoFrame] = []
    url = await post.ticket([WINDOW])
    watching = asyncio.gather(asyncio.to_thread(watched_by_ffmpeg, url, 40, frames))
    await eventually(lambda: len(frames) > 10)
    camera.show(secret_film(25, size=(256, 128)))
    await watching
    assert {(frame.width, frame.height) for frame in frames} == {(320, 240), (256, 128)}
    assert_masked(frames, [WINDOW], at_least=40)


async def test_a_damaged_stream_shows_no_secrets(post: Post, camera: SecretCamera, secrets: Film) -> None:
    parameters, units = secrets
    torn = [
        AccessUnit(
            tuple(nal[: len(nal) * 2 // 3] + b"\x55" * 40 if number % 4 == 1 else nal for nal in unit.nal_units),
            unit.is_key,
            unit.rtp_time,
            unit.received_at,
            is_damaged=number % 4 == 1,
        )
        for number, unit in enumerate(units)
    ]
    camera.show((parameters, torn))
    await post.service.obey(camera.told())
    assert_masked(await asyncio.to_thread(watched_by_ffmpeg, await post.ticket([WINDOW]), 20), [WINDOW], at_least=20)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
async def test_when_masking_breaks_down_there_is_no_picture_and_soon_a_masked_one(
    post: Post, camera: SecretCamera, blow: signal.Signals
) -> None:
    await post.service.obey(camera.told())
    watching = asyncio.gather(asyncio.to_thread(watched_by_ffmpeg, await post.ticket([WINDOW]), 50))
    await eventually(lambda: any(worker.process_id for worker in post.service.pictures.live))
    await asyncio.sleep(1.0)
    worker = next(one for one in post.service.pictures.live if one.process_id)
    assert worker.process_id is not None
    hit = worker.process_id
    os.kill(hit, blow)
    await eventually(lambda: worker.process_id not in (None, hit))
    (frames,) = await watching
    assert_masked(frames, [WINDOW], at_least=50)
    assert camera.sessions == 1, "the camera was not disturbed"


async def test_new_masks_hang_up_on_who_watches_with_others_and_void_their_tickets(
    post: Post, camera: SecretCamera
) -> None:
    await post.service.obey(camera.told())
    urls = [await post.ticket(masks, user=str(len(masks))) for masks in ([WINDOW], [], [WINDOW, CORNER])]
    unspent = await post.ticket([WINDOW])
    unspent_bare = await post.ticket([])
    olds, bares, news = seen = tuple(list[av.VideoFrame]() for _ in urls)
    watching = asyncio.gather(
        *(
            asyncio.to_thread(watched_by_ffmpeg, url, count, frames)
            for url, count, frames in zip(urls, (500, 500, 40), seen, strict=True)
        )
    )
    await eventually(lambda: all(frames for frames in seen))
    assert len(post.service.masked_streams) == 2
    await post.service.obey(MasksChanged(camera_id=7, masks=(CORNER, WINDOW)))
    await watching
    assert len(olds) < 200
    assert len(bares) < 200
    assert_masked(news, [WINDOW, CORNER], at_least=40)
    for url in (unspent, unspent_bare):
        with pytest.raises(HTTPUnauthorizedError):
            await asyncio.to_thread(watched_by_ffmpeg, url, 1)


async def test_a_lifted_mask_comes_back_by_itself(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(camera.told())
    lifted = await post.ticket([], lasts_s=2.5)
    late = await post.ticket([], lasts_s=0.8)
    frames = await asyncio.to_thread(watched_by_ffmpeg, lifted, 500)
    assert 5 < len(frames) < 90
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watched_by_ffmpeg, late, 1)


async def test_a_closed_camera_hangs_up_on_those_who_see_it_masked(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(camera.told())
    frames: list[av.VideoFrame] = []
    watching = asyncio.gather(asyncio.to_thread(watched_by_ffmpeg, await post.ticket([WINDOW]), 500, frames))
    await eventually(lambda: len(frames) > 3)
    await post.service.obey(CloseCamera(camera_id=7, stream="sub"))
    await watching
    assert len(frames) < 100
    await eventually(lambda: camera.viewers == 0 and len(post.service.masked_streams) == 0)


async def test_who_comes_later_sees_at_once(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(camera.told())
    camera.show(secret_film(500, group=500))  # a key picture every twenty seconds
    first = asyncio.gather(asyncio.to_thread(watched_by_ffmpeg, await post.ticket([]), 30))
    await eventually(lambda: camera.viewers == 1)
    await asyncio.sleep(1.0)
    began = asyncio.get_running_loop().time()
    assert_masked(await asyncio.to_thread(watched_by_ffmpeg, await post.ticket([WINDOW]), 5), [WINDOW], at_least=5)
    assert asyncio.get_running_loop().time() - began < 12.0, "nobody waits for the camera's next key picture"
    await first


async def test_codecs_are_told_apart(secrets_h265: Film) -> None:
    assert secrets_h265[0].codec is Codec.H265
    assert len(secrets_h265[0].parameter_sets) == 3
