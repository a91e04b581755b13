"""What is in alarm comes to the first tiles; nobody's tile is taken from his hands."""

from console.store.wall.alarm_mode import AlarmPlace, AlarmSight, leading_tiles, plan_alarms


def test_the_most_urgent_alarm_has_two_cameras_where_there_is_room() -> None:
    plan = plan_alarms([AlarmSight(1, (10, 11, 12))], range(4), {}, {})
    assert plan.places == {0: AlarmPlace(1, 10), 1: AlarmPlace(1, 11)}
    assert not plan.waiting


def test_each_of_several_alarms_has_its_camera_and_what_finds_no_tile_waits() -> None:
    alarms = [AlarmSight(number, (number * 10, number * 10 + 1)) for number in range(1, 6)]
    plan = plan_alarms(alarms, range(4), {}, {})
    assert [place.alarm_id for place in plan.places.values()] == [1, 2, 3, 4]
    assert plan.waiting == [5]


def test_a_tile_that_is_operated_is_not_taken_and_it_is_said() -> None:
    plan = plan_alarms([AlarmSight(1, (10,))], range(1), {0: None}, {})
    assert plan.places == {}
    assert plan.kept_out == [1]
    plan = plan_alarms([AlarmSight(1, (10,))], range(2), {0: None}, {})
    assert plan.places == {1: AlarmPlace(1, 10)}
    assert plan.kept_out == []


def test_what_is_shown_stays_in_its_tile_when_another_alarm_comes_or_goes() -> None:
    first = plan_alarms([AlarmSight(1, (10,)), AlarmSight(2, (20,))], range(4), {}, {})
    worse = plan_alarms([AlarmSight(3, (30,)), AlarmSight(1, (10,)), AlarmSight(2, (20,))], range(4), {}, first.places)
    assert worse.places[0] == AlarmPlace(1, 10)
    assert worse.places[1] == AlarmPlace(2, 20)
    assert worse.places[2] == AlarmPlace(3, 30)
    after = plan_alarms([AlarmSight(2, (20,))], range(4), {}, worse.places)
    assert after.places == {1: AlarmPlace(2, 20)}


def test_the_operator_keeps_part_of_his_wall() -> None:
    assert list(leading_tiles(1)) == [0]
    assert list(leading_tiles(4)) == [0, 1]
    assert list(leading_tiles(16)) == [0, 1, 2, 3]


def test_an_alarm_no_camera_sees_takes_no_tile_and_one_camera_is_shown_once() -> None:
    plan = plan_alarms([AlarmSight(1, ()), AlarmSight(2, (7,)), AlarmSight(3, (7,))], range(4), {}, {})
    assert plan.places == {0: AlarmPlace(2, 7)}


def test_an_alarm_seen_by_the_camera_one_works_with_is_told_there_and_takes_no_other_tile() -> None:
    plan = plan_alarms([AlarmSight(1, (10, 11)), AlarmSight(2, (20,))], range(4), {3: 11}, {})
    assert plan.places[3] == AlarmPlace(1, 11)
    assert sorted(place.camera_id for place in plan.places.values()) == [11, 20]
    again = plan_alarms([AlarmSight(2, (11,)), AlarmSight(1, (11,))], range(4), {3: 11}, plan.places)
    assert again.places[3] == AlarmPlace(1, 11)
