"""What an operator sees of recordings: the picture of the moment, in step, and honest words where there is none."""

import random
from collections.abc import Callable

from tests.media.footage_door.conftest import Tiles
from tests.media.footage_door.stamped_footage import NOON
from video.states import StreamState

Watch = Callable[[str], None]
PICTURE = 1 / 15


async def test_every_seek_shows_the_picture_of_its_moment(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    chance = random.Random(4)
    for _ in range(70):
        at = NOON + chance.choice([chance.uniform(0, 39.9), chance.uniform(100, 119.9)])
        tiles.pool.seek("a", at)
        await tiles.until_shown("a", at)
    assert tiles.pool.states["a"].state is StreamState.RECORDED
