"""A digest depends on what is held, not on the way it came."""

from hypothesis import given
from hypothesis import strategies as st

from contract.digests import TopicDigest, digest_term
from contract.points import Quality
from contract.stream import PointRow, PointsBody

rows = st.lists(
    st.builds(
        PointRow,
        asset_id=st.integers(0, 2**32 - 1),
        point=st.sampled_from(["level_percent", "power_w"]),
        value=st.none(),
        quality=st.just(Quality.GOOD),
        device_ms=st.none(),
        received_ms=st.none(),
        version=st.integers(1, 2**32 - 1),
    ),
    unique_by=lambda row: (row.asset_id, row.point),
)


@given(rows, st.data())
def test_the_order_in_which_rows_came_does_not_matter(held: list[PointRow], data: st.DataObject) -> None:
    one, other = TopicDigest(), TopicDigest()
    one.apply(PointsBody(tuple(held)))
    for row in data.draw(st.permutations(held)):
        other.apply(PointsBody((row,)))
    assert one.digest == other.digest


@given(rows.filter(bool), st.data())
def test_a_row_that_is_missing_or_old_shows(held: list[PointRow], data: st.DataObject) -> None:
    whole, lacking = TopicDigest(), TopicDigest()
    whole.apply(PointsBody(tuple(held)))
    lost = data.draw(st.sampled_from(held))
    lacking.apply(PointsBody(tuple(row for row in held if row is not lost)))
    assert whole.digest != lacking.digest


@given(rows)
def test_a_row_told_twice_counts_once(held: list[PointRow]) -> None:
    once, twice = TopicDigest(), TopicDigest()
    once.apply(PointsBody(tuple(held)))
    twice.apply(PointsBody(tuple(held)))
    twice.apply(PointsBody(tuple(held)))
    assert once.digest == twice.digest


def test_the_mixing_is_fixed_for_ever() -> None:
    """A console and a backend of different builds must agree on it."""
    assert [digest_term(1, 1), digest_term(1, 2), digest_term(2**32 - 1, 7)] == [
        15410606329863548225,
        5158263249669549837,
        7368577622546937792,
    ]
