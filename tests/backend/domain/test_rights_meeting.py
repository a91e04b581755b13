"""What a key and the person behind it may both do: never more than either, never less than both."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.rights import allows, allows_everywhere
from backend.domain.rights_meeting import common_grants, is_narrower
from contract.rights import Grant, Level, Scope
from tests.backend.domain.test_rights import grants, things, times

EVERYTHING = (Grant(level=Level.CONFIGURE),)


@settings(max_examples=300, database=None, deadline=None)
@given(grants, grants, things, st.sampled_from(Level), times)
def test_both_together_permit_what_each_of_them_permits(
    mine: list[Grant],
    others: list[Grant],
    thing: tuple[str | None, str | None, str | None],
    level: Level,
    at: dt.datetime,
) -> None:
    common = common_grants(mine, others)
    commune, service, class_ = thing
    each = [
        allows(lines, level, commune=commune, service=service, class_=class_, at=at) for lines in (mine, others, common)
    ]
    assert each[2] == (each[0] and each[1])
    assert allows_everywhere(common, level, at=at) <= allows_everywhere(mine, level, at=at)


def test_who_may_all_takes_nothing_away() -> None:
    key = (
        Grant(level=Level.VIEW, scope=Scope(communes=("21231",), from_minute=1320, to_minute=360)),
        Grant(level=Level.OPERATE, scope=Scope(classes=("streetlight",))),
        Grant(level=Level.VIEW, scope=Scope(services=("police",)), is_deny=True),
    )
    lines = (*EVERYTHING, Grant(level=Level.VIEW, scope=Scope(communes=("21231",))))
    assert common_grants(key, lines) == key
    assert not is_narrower(common_grants(key, lines), key)
    assert not is_narrower(common_grants(key, (*EVERYTHING, Grant(level=Level.CONFIGURE, is_deny=True))), key)


def test_hours_meet_on_both_sides_of_midnight() -> None:
    night = (Grant(level=Level.MANAGE, scope=Scope(from_minute=1320, to_minute=360)),)
    day = (Grant(level=Level.VIEW, scope=Scope(from_minute=300, to_minute=1380)),)
    common = common_grants(night, day)
    assert is_narrower(common, night)
    assert sorted((one.scope.from_minute, one.scope.to_minute) for one in common) == [(300, 360), (1320, 1380)]


def test_of_nothing_in_common_nothing_is_left() -> None:
    dijon, quetigny = ((Grant(level=Level.VIEW, scope=Scope(communes=(commune,))),) for commune in ("21231", "21515"))
    assert common_grants(dijon, quetigny) == ()
    assert common_grants(dijon, ()) == ()
