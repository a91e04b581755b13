"""What feeds what: one feeder each, moved without leaving a trace, and no new circle."""

from hypothesis import given
from hypothesis import strategies as st

from backend.services.feed_tree import FeedTree

CORE, SWITCH, CABINET, LAMP = 1, 2, 3, 4


def street() -> FeedTree:
    tree = FeedTree()
    for child, parent in ((LAMP, CABINET), (CABINET, SWITCH), (SWITCH, CORE)):
        tree.hang(child, parent)
    return tree


def test_a_lamp_names_everything_above_it_and_the_core_everything_below() -> None:
    tree = street()
    assert list(tree.ancestors(LAMP)) == [CABINET, SWITCH, CORE]
    assert list(tree.descendants(CORE)) == [SWITCH, CABINET, LAMP]
    tree.hang(LAMP, CORE)
    assert (list(tree.children(CABINET)), list(tree.children(CORE))) == ([], [SWITCH, LAMP])
    tree.hang(LAMP, None)
    assert (tree.parent(LAMP), list(tree.children(CORE))) == (None, [SWITCH])


def test_a_circle_is_named_before_it_is_made() -> None:
    tree = street()
    assert list(tree.loop_made_by({CORE: LAMP})) == [CORE, LAMP, CABINET, SWITCH]
    assert list(tree.loop_made_by({LAMP: LAMP})) == [LAMP]
    assert not tree.loop_made_by({LAMP: CORE, 9: LAMP})


def test_two_changes_that_are_good_alone_may_close_a_circle_together() -> None:
    tree = FeedTree()
    assert not tree.loop_made_by({8: 9})
    assert set(tree.loop_made_by({8: 9, 9: 8})) == {8, 9}
    tree.hang(8, 9)
    assert not tree.loop_made_by({9: 8, 8: None}), "turned round in one change"


def test_an_old_circle_elsewhere_does_not_forbid_a_good_change() -> None:
    tree = street()
    tree.hang(CORE, SWITCH)
    assert not tree.loop_made_by({LAMP: SWITCH})
    assert tree.loop_made_by({LAMP: SWITCH, SWITCH: CORE}), "said again, it is refused"
    assert not tree.loop_made_by({CORE: None})


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)), st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
def test_whatever_is_taken_leaves_a_tree_without_circles(first: dict[int, int], second: dict[int, int]) -> None:
    tree = FeedTree()
    for changes in (first, second):
        for child, parent in changes.items():
            if not tree.loop_made_by({child: parent}):
                tree.hang(child, parent)
    for child in range(13):
        above = tree.ancestors(child)
        assert child not in above
        if above:
            assert tree.parent(above[-1]) is None
            assert child in tree.descendants(above[-1])
