"""A wall account: a seat in front of which nobody sits. It only shows: it acts on nothing, and learns of no person."""

from typing import Final

import msgspec

from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm
from contract.claims import Claim
from contract.rights import WALL_ROLE, User
from contract.stream import (
    AlarmsBody,
    Body,
    Changes,
    ClaimsBody,
    CommandChanged,
    ServerMessage,
    Snapshot,
    Topic,
    TopicKind,
    WatchedClaims,
)

SHOWN: Final = frozenset(
    {
        ("GET", "/health"),
        ("POST", "/login"),
        ("POST", "/refresh"),
        ("POST", "/logout"),
        ("POST", "/ticket"),
        ("GET", "/me"),
        ("GET", "/asset-classes"),
        ("GET", "/communes"),
        ("GET", "/communes/on-day"),
        ("GET", "/assets"),
        ("GET", "/assets/near"),
        ("GET", "/assets/{asset_id}/commune"),
        ("GET", "/assets/{asset_id}/supplied"),
        ("GET", "/assets/{asset_id}/trend"),
        ("GET", "/point-column"),
        ("GET", "/places"),
        ("GET", "/car-parks"),
        ("GET", "/car-parks/{asset_id}/bays"),
        ("GET", "/supply/tree"),
        ("GET", "/cameras/near"),
        ("POST", "/cameras/{camera_id}/view"),
        ("GET", "/viewing-purpose"),
        ("GET", "/base-maps"),
        ("GET", "/base-maps/{map_id}/tiles/{z}/{x}/{y}"),
        ("GET", "/base-maps/{map_id}/features"),
        ("GET", "/workspaces"),
        ("GET", "/team-workspaces"),
        ("GET", "/wall-layouts"),
        ("GET", "/alarm-filters"),
        ("GET", "/register-views"),
        ("GET", "/own-settings"),
        ("POST", "/seat/release"),  # somebody with the right lets people out of its kiosk
    }
)
"""What a wall may ask: live pictures among it, where its rights reach cameras."""
_PERSONAL_TOPICS: Final = frozenset({TopicKind.ALARMS, TopicKind.CLAIMS})
_decoder = msgspec.msgpack.Decoder(ServerMessage)
_encoder = msgspec.msgpack.Encoder()


def is_wall(user: User) -> bool:
    """Whether nobody sits there."""
    return user.role == WALL_ROLE


def names_nobody(topic: Topic) -> bool:
    """Whether what a topic tells goes to a wall as it is."""
    return topic.kind not in _PERSONAL_TOPICS


def frame_without_persons(frame: bytes) -> bytes:
    """A frame of the stream as a wall gets it; numbers and digests are of ids and versions, and stay right."""
    message = _decoder.decode(frame)
    if isinstance(message, (Snapshot, Changes)):
        message = msgspec.structs.replace(message, body=_body(message.body))
    return _encoder.encode(message)


def without_persons(message: ServerMessage) -> ServerMessage | None:
    """A message for one console as a wall gets it; None when it is not for walls."""
    if isinstance(message, (CommandChanged, AlarmConflict)):
        return None
    if isinstance(message, WatchedClaims):
        return msgspec.structs.replace(message, claims=tuple(_claim(claim) for claim in message.claims))
    return message


def _body(body: Body) -> Body:
    if isinstance(body, AlarmsBody):
        return msgspec.structs.replace(body, alarms=tuple(_alarm(alarm) for alarm in body.alarms))
    if isinstance(body, ClaimsBody):
        return msgspec.structs.replace(body, claims=tuple(_claim(claim) for claim in body.claims))
    return body


def _alarm(alarm: Alarm) -> Alarm:
    return msgspec.structs.replace(
        alarm, acknowledged_by="", assigned_to="", set_aside_by="", set_aside_reason="", escalated_to=()
    )


def _claim(claim: Claim) -> Claim:
    return msgspec.structs.replace(claim, owner="", reason="")
