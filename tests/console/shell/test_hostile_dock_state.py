"""Layouts come from colleagues and files: one that is a bomb is never handed to Qt."""

import base64
import zlib

import pytest

from console.shell.dock_field import LARGEST_STATE_BYTES, MOST_STATE_PARTS, state_bytes


def packed(content: bytes, said: int | None = None) -> str:
    """As Qt packs it: the length unpacked (or what is said of it), then zlib."""
    length = len(content) if said is None else said
    return base64.b64encode(length.to_bytes(4, "big") + zlib.compress(content)).decode()


def test_a_layout_is_taken_as_it_is() -> None:
    state = packed(b"<QtAdvancedDockingSystem><Container/></QtAdvancedDockingSystem>")
    assert state_bytes(state) == base64.b64decode(state)


@pytest.mark.parametrize(
    "hostile",
    [
        packed(b"\0" * (LARGEST_STATE_BYTES * 20)),
        packed(b"\0" * (LARGEST_STATE_BYTES * 20), said=10),
        packed(b"<Splitter>" * (MOST_STATE_PARTS + 1)),
        packed(b""),
        base64.b64encode(b"\0\0\0\x0anot packed").decode(),
        "AAAA",
        "no base64",
    ],
    ids=["bomb", "bomb that says it is small", "tower of splitters", "nothing", "not packed", "only a length", "text"],
)
def test_what_would_fill_the_memory_or_the_stack_is_no_layout(hostile: str) -> None:
    assert state_bytes(hostile) is None
