"""Keys of one's own: what they change, what they may not be, and who shares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kit.keymap import (
    KeyAct,
    Keymap,
    conflicts,
    is_typed,
    keys_told,
    may_be_everywhere,
    read_keymap,
    sharers,
    write_keymap,
)

KEEP = KeyAct("keep", "Keep", default="Ctrl+S")
LEAVE = KeyAct("leave", "Leave", default="Ctrl+Q")
ACKNOWLEDGE = KeyAct("alarms:a", "Acknowledge", "alarms", "A")
SHELVE = KeyAct("alarms:s", "Shelve", "alarms", "S")
SNAPSHOT = KeyAct("cameras:s", "Snapshot", "cameras", "S")
ARROWS = KeyAct("cameras:move", "Move", "cameras", "← ↑ → ↓ + -", is_fixed=True)
ACTS = (KEEP, LEAVE, ACKNOWLEDGE, SHELVE, SNAPSHOT, ARROWS)


def test_one_s_own_key_stands_for_the_delivered_one_until_it_is_reset() -> None:
    mine = Keymap().with_key(KEEP, "Ctrl+Alt+S")
    assert (mine.key_of(KEEP), mine.is_changed(KEEP), mine.is_changed(LEAVE)) == ("Ctrl+Alt+S", True, False)
    assert mine.with_key(KEEP, "Ctrl+S") == Keymap()
    assert Keymap().with_key(KEEP, "").key_of(KEEP) == ""


def test_two_panels_may_share_a_key_but_a_window_and_a_panel_may_not() -> None:
    assert conflicts(ACTS, Keymap()) == {}
    clashing = conflicts(ACTS, Keymap().with_key(ACKNOWLEDGE, "Ctrl+S"))
    assert {act: [other.id for other in others] for act, others in clashing.items()} == {
        "keep": ["alarms:a"],
        "alarms:a": ["keep"],
    }


def test_a_key_that_another_act_of_the_panel_has_is_told_before_it_is_given() -> None:
    assert sharers(ACTS, Keymap(), ACKNOWLEDGE, "S") == [SHELVE]
    assert sharers(ACTS, Keymap(), SNAPSHOT, "Up") == [ARROWS]
    assert sharers(ACTS, Keymap().with_key(SHELVE, "X"), ACKNOWLEDGE, "S") == []


@pytest.mark.parametrize("key", ["Ctrl+Alt+S", "F5", "Shift+F5", "Ctrl+Return", "Alt+1", "Ctrl++", "Meta+K"])
def test_what_works_everywhere_may_have_a_key_that_nobody_types(key: str) -> None:
    assert may_be_everywhere(key)


@pytest.mark.parametrize("key", ["A", "Shift+A", "1", "Space", "Tab", "Return", "Esc", "Del", "Home", "Left", "", "+"])
def test_what_works_everywhere_takes_no_key_that_is_typed_or_walks(key: str) -> None:
    assert not may_be_everywhere(key)


@pytest.mark.parametrize(("key", "typed"), [("A", True), ("Shift++", True), ("Ctrl+A", False), ("F2", False)])
def test_a_letter_alone_is_typed(key: str, typed: bool) -> None:
    assert is_typed(key) is typed


@pytest.mark.parametrize(
    ("told", "keys"),
    [
        ("A", {"A"}),
        ("M / Shift+M", {"M", "Shift+M"}),
        ("Alt+1 … Alt+3", {"Alt+1", "Alt+2", "Alt+3"}),
        ("0-2, ., Return", {"0", "1", "2", ".", "Return"}),
        ("← →", {"Left", "Right"}),
        ("Ctrl+← →", {"Ctrl+Left", "Ctrl+Right"}),
        ("+ / -", {"+", "-"}),
        ("Right / Left", {"Right", "Left"}),
    ],
)
def test_a_line_of_f1_says_which_keys_it_takes(told: str, keys: set[str]) -> None:
    assert set(keys_told(told)) == keys


def test_what_was_kept_is_read_again_and_what_is_none_changes_nothing() -> None:
    mine = Keymap().with_key(KEEP, "Ctrl+Alt+S")
    assert read_keymap(write_keymap(mine)) == mine
    for content in ("", "[]", '{"changed": 3}', '{"changed": {"keep": 1}}', "\ud800"):
        assert read_keymap(content) == Keymap()


@given(st.text(max_size=200) | st.dictionaries(st.text(max_size=200), st.text(max_size=200), max_size=9).map(str))
def test_any_content_is_read(content: str) -> None:
    for key in read_keymap(content).changed.values():
        assert len(key) <= 60


@given(st.text(max_size=40))
def test_any_line_has_keys(told: str) -> None:
    assert all(keys_told(told))
