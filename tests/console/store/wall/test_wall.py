"""The wall as values: placing, swapping, undoing, and what an older console kept."""

import msgspec

from console.store.wall.contents import (
    AlarmsTile,
    CameraTile,
    MapTile,
    NoteTile,
    Scene,
    read_contents,
    read_scene,
    write_contents,
    write_scene,
)
from console.store.wall.wall import Wall, WallState
from widgets.wall_layout.editing import split
from widgets.wall_layout.layout import LayoutKind, arranged, even, spotlight


def test_two_tiles_change_places_and_ctrl_z_brings_them_back() -> None:
    wall = Wall(4)
    wall.put_all((1, 2, 3, 4))
    wall.choose(0)
    wall.swap(0, 3)
    assert wall.cameras[:4] == [4, 2, 3, 1]
    assert wall.chosen == 3
    assert wall.undo()
    assert wall.cameras[:4] == [1, 2, 3, 4]


def test_undo_goes_back_over_placements_and_layouts_and_says_when_there_is_nothing() -> None:
    wall = Wall(4)
    wall.put(0, 7)
    wall.lay_out(spotlight(5))
    wall.place(1, NoteTile("Bal du 14 juillet"))
    assert wall.undo()
    assert wall.contents[1] is None
    assert wall.undo()
    assert wall.layout == even(4)
    assert wall.undo()
    assert wall.cameras[0] is None
    assert not wall.undo()


def test_a_split_tile_keeps_its_camera_and_the_new_one_is_empty() -> None:
    wall = Wall(4)
    wall.put_all((1, 2, 3, 4))
    halved = split(arranged(wall.layout, 1.7), 1, is_side_by_side=False)
    assert halved is not None
    wall.edit(halved)
    assert wall.layout.kind is LayoutKind.FREE
    assert wall.cameras[:5] == [1, 2, 3, 4, None]


def test_cameras_of_an_alarm_pass_over_a_map_and_a_note() -> None:
    wall = Wall(4)
    wall.place(0, MapTile())
    wall.place(1, NoteTile("do not touch"))
    wall.put_all((8, 9))
    assert wall.contents[:2] == [MapTile(), NoteTile("do not touch")]
    assert wall.cameras[:4] == [None, None, 8, 9]


def test_what_an_older_console_kept_still_stands() -> None:
    wall = Wall()
    wall.take_state(msgspec.convert({"size": 9, "cameras": [5, None, 7]}, WallState))
    assert wall.size == 9
    assert wall.cameras[:3] == [5, None, 7]


def test_what_is_kept_comes_back_whole_and_an_older_console_can_read_its_cameras() -> None:
    wall = Wall()
    wall.lay_out(spotlight(7))
    wall.put(0, 11)
    wall.place(2, AlarmsTile())
    kept = msgspec.to_builtins(wall.state(keeps_vacancies=True, shows_alarms=True))
    assert list(kept["cameras"]) == [11]
    assert kept["size"] == 8
    again = Wall()
    again.take_state(msgspec.convert(kept, WallState))
    assert again.layout == spotlight(7)
    assert again.contents[:3] == [CameraTile(11), None, AlarmsTile()]


def test_hostile_contents_leave_their_tiles_empty() -> None:
    hostile = [
        {"type": "camera", "camera_id": 2**40},
        {"type": "camera", "camera_id": "x"},
        {"type": "hologram"},
        {"type": "map", "lon": 1e9, "lat": 0},
        {"type": "note", "text": "x" * 9999},
        *([{"type": "alarms"}] * 99),
    ]
    read = read_contents(hostile)
    assert len(read) == 36
    assert read[:4] == (None, None, None, None)
    assert isinstance(read[4], NoteTile)
    assert len(read[4].text) == 2000
    assert read_contents("nonsense") == ()


def test_a_scene_is_the_same_after_being_written_and_read() -> None:
    scene = Scene(spotlight(5), (CameraTile(3), None, MapTile(5.04, 47.32)))
    assert read_scene(msgspec.json.decode(msgspec.json.encode(write_scene(scene)))) == scene
    assert write_contents((CameraTile(3), None, None)) == [{"type": "camera", "camera_id": 3}]
