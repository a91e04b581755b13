"""A camera is tried before it is added: its picture comes, or why it does not."""

import asyncio

from contract.media import CameraState, MediaEvent, ProbeStream, StreamProbed, TicketUsed
from media.service import MediaService
from tests.media.conftest import PASSWORD, USER, FilmCamera


async def probed(url: str, password: str = PASSWORD) -> tuple[StreamProbed, list[MediaEvent]]:
    heard: list[MediaEvent] = []
    answered = asyncio.Event()

    def hear(event: MediaEvent) -> None:
        heard.append(event)
        if isinstance(event, StreamProbed):
            answered.set()

    service = MediaService(hear)
    await service.obey(ProbeStream(id="p", url=url, user=USER, password=password))
    async with asyncio.timeout(15):
        await answered.wait()
    await service.close()
    (answer,) = (event for event in heard if isinstance(event, StreamProbed))
    return answer, heard


async def test_codec_and_size_of_the_picture_that_came(camera: FilmCamera) -> None:
    answer, heard = await probed(camera.url)
    assert (answer.codec, answer.width, answer.height, answer.trouble) == ("h264", 128, 96, "")
    assert not [event for event in heard if isinstance(event, CameraState | TicketUsed)]


async def test_a_wrong_password_is_said(camera: FilmCamera) -> None:
    answer, _ = await probed(camera.url, "wrong")
    assert (answer.trouble, answer.codec) == ("wrong_password", "")
    assert PASSWORD not in answer.detail


async def test_nobody_there_is_said(camera: FilmCamera) -> None:
    await camera.switch_off()
    answer, _ = await probed(camera.url)
    assert answer.trouble in {"refused", "stalled"}
    assert answer.detail
