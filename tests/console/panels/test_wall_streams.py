"""Streams of tiles are exchanged with the picture on, given up quietly, and never left decoding for nobody."""

from console.kit.video import Picture, PictureState
from console.panels.cameras.streams import TileStreams, Wish, better_stream
from tests.console.panels.wall_rig import SteeredPictures
from widgets.zoom_box import WHOLE, ZoomBox


class Tiles:
    """Hears what tiles hear."""

    def __init__(self) -> None:
        self.now = 100.0
        self.states: list[tuple[int, PictureState]] = []
        self.shown: list[int] = []
        self.pictures = SteeredPictures()
        self.pictures.comes_at_once = False
        self.streams = TileStreams(self.pictures, "wall", lambda: self.now, self._told, self._shown)

    def _told(self, number: int, state: PictureState, _reason: str) -> None:
        self.states.append((number, state))

    def _shown(self, number: int, _picture: Picture) -> None:
        self.shown.append(number)

    def of(self, tile: int) -> list[str]:
        """The streams a tile holds."""
        return sorted(name for name in self.pictures.running if name.split(".")[1] == str(tile))


async def _nowhere() -> str:
    return "rtsp://127.0.0.1:9/"


def _wish(camera: int, stream: str = "sub") -> Wish:
    return Wish(camera, stream, address=_nowhere)


def test_a_better_stream_that_does_not_come_is_given_up_and_not_asked_for_again_and_again() -> None:
    tiles = Tiles()
    tiles.streams.want(0, _wish(7))
    tiles.pictures.come(tiles.of(0)[0])
    tiles.streams.poll(9)
    tiles.streams.want(0, _wish(7, "main"))
    assert len(tiles.of(0)) == 2
    tiles.now += 15
    tiles.streams.poll(9)
    assert tiles.streams.held(0) == (7, "sub")
    opened = len(tiles.pictures.opened)
    for _ in range(5):
        tiles.streams.want(0, _wish(7, "main"))
    assert len(tiles.pictures.opened) == opened
    assert len(tiles.of(0)) == 1
    tiles.streams.want(0, _wish(7))
    tiles.streams.want(0, _wish(7, "main"))
    assert len(tiles.pictures.opened) == opened + 1


def test_what_was_opened_ahead_is_shown_at_once_or_closed_when_it_is_not_wanted() -> None:
    tiles = Tiles()
    tiles.streams.want(0, _wish(7))
    tiles.streams.prepare(0, _wish(8))
    assert len(tiles.of(0)) == 2
    tiles.streams.forget_prepared()
    assert len(tiles.of(0)) == 1
    tiles.streams.prepare(0, _wish(8))
    ahead = tiles.of(0)[-1]
    tiles.pictures.come(ahead)
    tiles.streams.want(0, _wish(8))
    assert tiles.of(0) == [ahead]
    assert tiles.states[-1] == (0, PictureState.LIVE)
    tiles.streams.poll(9)
    assert tiles.shown == [0]


def test_no_call_hands_out_more_than_its_share_and_every_tile_has_its_turn() -> None:
    tiles = Tiles()
    tiles.pictures.comes_at_once = True
    for number in range(10):
        tiles.streams.want(number, _wish(number))
    assert tiles.streams.poll(4) == 4
    assert tiles.streams.poll(4) == 4
    assert tiles.streams.poll(4) == 2
    assert sorted(tiles.shown) == list(range(10))
    assert tiles.streams.poll(4) == 0


def test_the_main_stream_is_for_large_tiles_and_parts_of_the_picture_and_does_not_flicker() -> None:
    assert better_stream(640, WHOLE, "sub") == "sub"
    assert better_stream(960, WHOLE, "sub") == "main"
    assert better_stream(400, ZoomBox(0, 0, 0.4), "sub") == "main"
    assert better_stream(700, WHOLE, "sub") == "sub"
    assert better_stream(700, WHOLE, "main") == "main"


def test_closing_leaves_nothing_open() -> None:
    tiles = Tiles()
    tiles.streams.want(0, _wish(7))
    tiles.streams.prepare(0, _wish(8))
    tiles.streams.open_past(1, Wish(9, "past", footage=None, address=_nowhere))
    tiles.streams.close()
    assert tiles.pictures.running == set()
