"""Whatever bytes come over the wire, player and door refuse them in words of their own."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video.access_unit import Codec
from video.errors import ProtocolError
from video.playback.messages import (
    LONGEST_ASK,
    Ask,
    CodedPicture,
    Given,
    MessageReader,
    Nothing,
    Present,
    Refused,
    Welcome,
    Where,
    encode,
    read_door,
    read_player,
)

PICTURE = CodedPicture(1.0, True, (b"\x65abc",))
GIVEN = Given(number=1, begins_at=1.0, ends_at=2.0, codec=Codec.H264, parameter_sets=(b"\x67",), pictures=(PICTURE,))


@pytest.mark.parametrize("message", [Present("t"), Ask(number=3, where=Where.BEFORE, at=5.5, count=2, keys_only=True)])
def test_what_a_player_says_is_read_as_it_was_said(message: Present | Ask) -> None:
    (body,) = MessageReader(LONGEST_ASK).feed(encode(message))
    assert read_player(body) == message


@pytest.mark.parametrize(
    "message", [GIVEN, Nothing(number=2), Refused("no"), Welcome(since=1, until=2, is_masked=True)]
)
def test_what_the_door_says_is_read_as_it_was_said(message: Given | Nothing | Refused | Welcome) -> None:
    data = encode(message) * 2
    reader = MessageReader(10_000)
    bodies = [body for place in range(0, len(data), 3) for body in reader.feed(data[place : place + 3])]
    assert [read_door(body) for body in bodies] == [message, message]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_mean_nothing(data: bytes) -> None:
    for read in (read_player, read_door):
        try:
            read(data)
        except ProtocolError:
            continue


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_message_with_a_wrong_byte(place: int, byte: int) -> None:
    data = bytearray(encode(GIVEN)[4:])
    data[place % len(data)] = byte
    try:
        read_door(bytes(data))
    except ProtocolError:
        return


def test_a_length_of_four_gibibytes_is_refused_before_anything_is_kept() -> None:
    with pytest.raises(ProtocolError, match="4294967295"):
        MessageReader(LONGEST_ASK).feed(b"\xff\xff\xff\xff")


@pytest.mark.parametrize(
    "ask",
    [{"at": float("inf")}, {"at": float("nan")}, {"at": 1e300}, {"count": 0}, {"count": 10**9}, {"where": "under"}],
)
def test_an_impossible_ask_is_refused(ask: dict[str, object]) -> None:
    said = {"type": "ask", "number": 1, "where": "at", "at": 1.0, **ask}
    with pytest.raises(ProtocolError):
        read_player(msgspec.msgpack.encode(said))


@pytest.mark.parametrize(
    "pictures", [(), (CodedPicture(1.0, False, (b"\x41",)),), (CodedPicture(float("nan"), True, ()),)]
)
def test_a_passage_that_cannot_be_played_is_refused(pictures: tuple[CodedPicture, ...]) -> None:
    with pytest.raises(ProtocolError):
        read_door(encode(msgspec.structs.replace(GIVEN, pictures=pictures))[4:])


def test_no_secret_stands_in_a_log() -> None:
    assert "canary" not in repr(Present("canary"))
