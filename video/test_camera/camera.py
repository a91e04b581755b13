"""One test camera: a scene, a name, a true clock, a password if wanted; and the resolver that serves many."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from zoneinfo import ZoneInfo

import cv2

from video.access_unit import AccessUnit, Codec
from video.clocks import Clock, monotonic, wall
from video.codecs import PictureDecoder
from video.rtsp.authentication import Credentials, PresentedCredentials
from video.rtsp.server import Refusal
from video.sound.parameters import SoundCoding
from video.stream_source import ServedStream
from video.test_camera.faults import HEALTHY_PICTURES, Fault, FaultyStream
from video.test_camera.film import FRAMES_PER_SECOND, MAIN_STREAM, ODD_STREAM, SUB_STREAM, Film, FilmSize
from video.test_camera.loop_stream import LoopStream
from video.test_camera.loops import FilmNotMade
from video.test_camera.strip import Strip, draw_strip
from video.test_camera.tone import HummingStream, ToneStream

_PARIS = ZoneInfo("Europe/Paris")


class FilmGiver(Protocol):
    """Where a camera has its films from: StreetLoops."""

    async def film(self, scene_seed: int, size: FilmSize, *, is_night: bool) -> Film:
        """The film of a scene at day or at night."""
        ...


def always_day() -> bool:
    """A camera where the sun never sets."""
    return False


class TestCamera:
    """A camera of the demo city. `is_night` is asked whenever a film begins, `caption` at each picture.

    A film cannot turn with the head: `caption` writes where the head looks in the place of the name.
    """

    __test__ = False  # Not a test case, whatever its name makes pytest believe.

    def __init__(
        self,
        name: str,
        scene_seed: int,
        loops: FilmGiver,
        *,
        is_night: Callable[[], bool] = always_day,
        credentials: Credentials | None = None,
        zone: dt.tzinfo = _PARIS,
        has_stamp: bool = False,
        caption: Callable[[], str] | None = None,
        healthy_pictures: int = HEALTHY_PICTURES,
        clock: Clock = monotonic,
        wall_clock: Clock = wall,
    ) -> None:
        self.name = name
        self._seed = scene_seed
        self._loops = loops
        self._is_night = is_night
        self._credentials = credentials
        self._zone = zone
        self._has_stamp = has_stamp
        self._caption = caption
        self._healthy_pictures = healthy_pictures
        self._clock = clock
        self._wall = wall_clock
        self._streams: dict[tuple[FilmSize, bool], LoopStream] = {}
        self._tones: dict[tuple[SoundCoding, int], ToneStream] = {}
        self._faulty: dict[tuple[FilmSize, Fault], FaultyStream] = {}

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        """What to serve for a request of this camera: `.../main` is the large stream."""
        size = MAIN_STREAM if path.endswith("/main") or query.get("stream") == "main" else SUB_STREAM
        try:
            fault = Fault(query["fault"]) if "fault" in query else None
        except ValueError:
            return Refusal(404)
        if fault is Fault.BLACK_HOLE:
            await asyncio.Event().wait()
        if fault is Fault.NOT_FOUND:
            return Refusal(404)
        if fault is Fault.WRONG_PASSWORD or not self._is_known(presented):
            return Refusal(401)
        stream = self.stream(size, has_stamp=self._has_stamp or "stamp" in query)
        if fault is None:
            return self._with_sound(stream, query)
        key = (size, fault)
        if key not in self._faulty:
            self._faulty[key] = FaultyStream(stream, fault, self.stream(ODD_STREAM), self._healthy_pictures)
        return self._faulty[key]

    def stream(self, size: FilmSize = SUB_STREAM, *, has_stamp: bool = False) -> LoopStream:
        """The one stream of that size, shared by all viewers."""
        key = (size, has_stamp)
        if key not in self._streams:
            self._streams[key] = LoopStream(
                self.name,
                lambda: self._film(size),
                self._zone,
                self._clock,
                self._wall,
                has_stamp=has_stamp,
                caption=self._caption,
            )
        return self._streams[key]

    def _with_sound(self, stream: LoopStream, query: Mapping[str, str]) -> ServedStream | Refusal:
        """`?sound=pcm_mulaw&hertz=440`: a tone beside the pictures."""
        if "sound" not in query:
            return stream
        try:
            coding, hertz = SoundCoding(query["sound"]), int(query.get("hertz", "440")[:5])
        except ValueError:
            return Refusal(404)
        key = (coding, min(max(hertz, 100), 3_000))
        if key not in self._tones:
            self._tones[key] = ToneStream(*key, clock=self._clock)
        return HummingStream(stream, self._tones[key])

    async def follow_light(self) -> None:
        """Change to the night's film, or the day's, where that is due; call it now and then."""
        for stream in list(self._streams.values()):
            await stream.follow_light()

    async def snapshot_jpeg(self, size: FilmSize = SUB_STREAM) -> bytes:
        """A still of now, as ONVIF's snapshot address gives; raises FilmNotMade."""
        film = await self._film(size)
        local = dt.datetime.fromtimestamp(self._wall(), self._zone)
        text = local.strftime("%d/%m/%Y %H:%M:%S")
        keys = [picture for picture in film.pictures if picture.is_key]
        picture = keys[int(self._clock() * FRAMES_PER_SECOND) // 30 % len(keys)]
        strip = Strip(size.columns, size.strip_rows)
        caption = "" if self._caption is None else self._caption()
        strip.draw(draw_strip(size.columns, size.strip_rows, caption or self.name, text))
        slices = (strip.code(picture.strip), *picture.slices)
        return _jpeg(AccessUnit((*film.parameters.parameter_sets, *slices), True, 0, 0.0))

    def _film(self, size: FilmSize) -> Awaitable[Film]:
        return self._loops.film(self._seed, size, is_night=self._is_night())

    def _is_known(self, presented: PresentedCredentials | None) -> bool:
        wanted = self._credentials
        if wanted is None:
            return True
        return presented is not None and presented.user == wanted.user and presented.proves(wanted.password)


class CameraStreet:
    """Many test cameras on one RTSP server: pass `resolve` to `RtspServer`."""

    def __init__(self, cameras: Mapping[str, TestCamera]) -> None:
        """`cameras` by path, such as `/cam/017`."""
        self._cameras = cameras

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        """The stream behind `/cam/017` and `/cam/017/main`, with `?fault=`, `?stamp=1` and `?sound=`."""
        camera = self._cameras.get(path.rstrip("/").removesuffix("/main").removesuffix("/trackID=0"))
        return Refusal(404) if camera is None else await camera.resolve(path, query, presented)


def _jpeg(unit: AccessUnit) -> bytes:
    decoder = PictureDecoder(Codec.H264)
    frames = [*decoder.decode(unit), *decoder.drain()]
    if not frames:
        raise FilmNotMade("a key picture that cannot be decoded")
    _, encoded = cv2.imencode(".jpg", frames[0].to_ndarray(format="bgr24"), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return encoded.tobytes()
