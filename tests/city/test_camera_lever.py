"""A lever on a camera's stream strikes those who already watch."""

from city.camera_lever import LeveredStream
from video.access_unit import StreamParameters
from video.packetising import PacketBurst
from video.stream_source import ServedStream, Viewer


class Watcher:
    def __init__(self) -> None:
        self.is_hung_up = False

    def show(self, burst: PacketBurst) -> None: ...

    def hang_up(self, *, abruptly: bool = False) -> None:
        self.is_hung_up = True


class Scene:
    ssrc = 7

    def __init__(self) -> None:
        self.watched_by: set[Viewer] = set()

    async def described(self) -> StreamParameters:
        raise NotImplementedError

    def subscribe(self, viewer: Viewer) -> None:
        self.watched_by.add(viewer)

    def unsubscribe(self, viewer: Viewer) -> None:
        self.watched_by.discard(viewer)


def test_a_fault_strikes_those_who_watch_and_those_who_come() -> None:
    healthy, broken = Scene(), Scene()
    stream = LeveredStream(healthy)
    early, late = Watcher(), Watcher()
    stream.subscribe(early)
    stream.break_with(lambda _: broken)
    stream.subscribe(late)
    assert (healthy.watched_by, broken.watched_by) == (set(), {early, late})


def test_once_mended_everyone_sees_the_street_again() -> None:
    healthy, broken = Scene(), Scene()
    stream = LeveredStream(healthy)
    watcher, gone = Watcher(), Watcher()

    def break_it(_: ServedStream) -> ServedStream:
        return broken

    stream.subscribe(watcher)
    stream.subscribe(gone)
    stream.break_with(break_it)
    stream.unsubscribe(gone)
    stream.mend()
    assert (healthy.watched_by, broken.watched_by) == ({watcher}, set())


def test_hanging_up_reaches_every_viewer() -> None:
    stream = LeveredStream(Scene())
    watchers = [Watcher(), Watcher()]
    for watcher in watchers:
        stream.subscribe(watcher)
    stream.hang_up()
    assert all(watcher.is_hung_up for watcher in watchers)
