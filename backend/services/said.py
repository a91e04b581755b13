"""What services say to people: an English text, and a code with its arguments for consoles that speak otherwise."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from backend.services import approval_texts, base_map_texts
from backend.services.administration import texts as administration_texts
from backend.services.alarms import flood_texts, rule_texts, work_texts
from backend.services.alarms.health import texts as health_texts
from backend.services.alarms.routing import texts as routing_texts
from backend.services.documents import texts as document_texts
from backend.services.editing import texts as editing_texts
from backend.services.evidence import texts as evidence_texts
from backend.services.exchange import texts as exchange_texts
from backend.services.footage import texts as footage_texts
from backend.services.logbook import texts as logbook_texts
from backend.services.parking import texts as parking_texts
from backend.services.stock_takes import texts as stock_texts
from backend.services.supply import texts as supply_texts
from backend.services.viewing import texts as viewing_texts

BETWEEN: Final = "; "
AND: Final = "+"


class Said(msgspec.Struct, frozen=True):
    """A sentence. `code` names one of `TEXTS`, or several joined by "+"; "" where only the text says it."""

    text: str
    code: str = ""
    args: Mapping[str, str] = {}

    def __str__(self) -> str:
        """The English text."""
        return self.text

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.text)


NOTHING: Final = Said("")


def say(code: str, **args: object) -> Said:
    """A text of the table with its blanks filled."""
    words = {name: str(value) for name, value in args.items()}
    return Said(TEXTS[code].format(**words), code, words)


def quoted(text: str) -> Said:
    """What somebody else said: a device, an integration. Shown as it is."""
    return Said(text, "quoted", {"text": text}) if text else NOTHING


def joined(parts: Iterable[Said]) -> Said:
    """One sentence after the other, each once. Two that fill the same blank differently are told as text alone."""
    seen = {part.text: part for part in parts if part}
    text = BETWEEN.join(seen)
    args: dict[str, str] = {}
    for part in seen.values():
        for name, value in part.args.items():
            if args.setdefault(name, value) != value:
                return Said(text)
    if not all(part.code for part in seen.values()):
        return Said(text)
    return Said(text, AND.join(part.code for part in seen.values()), args)


TEXTS: Final[Mapping[str, str]] = {
    "quoted": "{text}",
    # Which right is missing
    "needs_view": "it takes the right to view",
    "needs_view_of": "it takes the right to view {asset}",
    "needs_view_everywhere": "it takes the right to view the whole city",
    "needs_operate": "it takes the right to operate",
    "needs_operate_of": "it takes the right to operate {asset}",
    "needs_operate_everywhere": "it takes the right to operate the whole city",
    "needs_manage": "it takes the right to manage",
    "needs_manage_of": "it takes the right to manage {asset}",
    "needs_manage_everywhere": "it takes the right to manage the whole city",
    "needs_configure": "it takes the right to configure",
    "needs_configure_of": "it takes the right to configure {asset}",
    "needs_configure_everywhere": "it takes the right to configure the whole city",
    # Why a device is silent
    "silent_since": "does not answer since {since}",
    "never_heard": "was never heard since the backend started",
    "cabinet_lost_supply": "its cabinet {feeder} has lost its supply",
    "cabinet_silent": "its cabinet {feeder} does not answer",
    "gateway_lost_supply": "its gateway {feeder} has lost its supply",
    "gateway_silent": "its gateway {feeder} does not answer",
    "switch_lost_supply": "its network switch {feeder} has lost its supply",
    "switch_silent": "its network switch {feeder} does not answer",
    "supply_lost_supply": "its supply {feeder} has lost its supply",
    "supply_silent": "its supply {feeder} does not answer",
    "link_connecting": "its connection {connection} is connecting",
    "link_down": "its connection {connection} is down",
    "link_refused": "its connection {connection} is refused",
    "link_paused": "its connection {connection} is paused",
    "link_connecting_because": "its connection {connection} is connecting ({reason})",
    "link_down_because": "its connection {connection} is down ({reason})",
    "link_refused_because": "its connection {connection} is refused ({reason})",
    "link_paused_because": "its connection {connection} is paused ({reason})",
    # What became of a command
    "last_requested": "last command REQUESTED",
    "last_authorised": "last command AUTHORISED",
    "last_sent": "last command SENT",
    "last_device_ack": "last command DEVICE_ACK",
    "last_verified": "last command VERIFIED",
    "last_rejected": "last command REJECTED",
    "last_expired": "last command EXPIRED",
    "last_failed": "last command FAILED",
    "last_unknown": "last command UNKNOWN",
    "overtaken": "another claim won before it was sent",
    "connection_busy": "its connection was busy until its deadline: it was not sent",
    "newer_order": "the device accepted it; a newer order took its place",
    "no_connection": "no connection can send it now: it was not sent",
    "reported_late": "the device reports it since {at}, later than it should",
    "not_reported": "accepted, but the device does not report it",
    "stopped_before_sent": "the backend stopped before it was sent: nothing was done, ask again",
    "stopped_before_answer": "the backend stopped before the answer came: look at what the device reports",
    "no_answer_within": "no answer within {seconds} s",
    "answer_garbled": "the answer cannot be understood: {error}",
    "integration_failed": "the integration failed; the log says how",
    "no_answer": "no answer for this device",
    "gives_other": "the lamp accepted {wanted} % and gives {level} %",
    "gives_not": "the lamp gives {level} %, not {wanted} %",
    "gives_no_program": "the lamp gives {level} %, not its program",
    "not_shown": "the lamp has not shown that it obeyed",
    "not_bound": "this asset is not bound to a device of this gateway",
    "not_known_there": "the gateway does not know this device",
    "no_lamp": "this device has no lamp to drive",
    # What cannot be told to a device
    "command_id_used": "this command id was used for something else: ask again with a new id",
    "no_asset": "there is no asset {asset}",
    "deadline": "a deadline is more than 0 and at most {seconds} seconds",
    "no_command": "a lasting state is claimed, and a picture is asked for as a viewing: neither is a command",
    "register_only": "{asset} has no device connection: it is in the register only",
    "not_installed": "the integration {integration} is not installed",
    "cannot_be_told": "{asset} cannot be told {what} by {integration}",
    # What cannot be claimed
    "claim_id_used": "this claim id was used for something else: ask again with a new id",
    "claim_id": "a claim's id is a UUID",
    "assets_once": "name each asset once, and at least one",
    "too_many_assets": "at most {count} assets are claimed at once",
    "claim_reason": "a claim needs a reason, of {count} characters at most",
    "rank_alone": "nobody may claim at rank {rank} alone",
    "end_zone": "the end of a claim needs a time zone",
    "end_past": "the end of this claim is past already",
    "end_far": "a claim ends within {years} years; without an end it stands until it is released",
    "claim_stands": "this claim is in force already",
    "claim_gone": "this claim is not in force any more",
    "claim_in_field": "this claim lives in the field ({source}): change it there",
    "no_property": "{asset} has no controllable property {what}",
    "is_boolean": "{property} is yes or no",
    "is_text": "{property} is a text",
    "is_number": "{property} is a number",
    "is_between": "{property} is between {low} and {high}",
    # What is refused on an alarm
    "no_alarm": "there is no such alarm: ask for the list anew",
    "shelf_zone": "the end of the shelving needs a time zone",
    "shelf_reason": "shelving needs a reason",
    "service_reason": "taking an alarm out of service needs a reason",
    "already_acknowledged": "already acknowledged by {who}",
    "came_again": "it came again since: look at occurrence {occurrence}, then acknowledge that one",
    "shelf_time": "an alarm is shelved until a time in the future, {hours} hours at most",
    "nothing_waits": "nothing of it waits for an acknowledgement",
    "not_acknowledged": "it is not acknowledged",
    "not_latched": "it is not latched and acknowledged, so there is nothing to reset",
    "is_shelved": "it is shelved: take it from the shelf first",
    "is_suppressed": "it is explained by another alarm: act on that one",
    "is_out_of_service": "it is out of service: return it to service first",
    "not_shelved": "it is not shelved",
    "not_suppressed": "nothing suppresses it",
    "not_out_of_service": "it is not out of service",
    # Why a camera does not look there
    "look_not_allowed": "it takes the right to operate {asset}",
    "look_no_azimuth": "the register does not say where {asset} looks at pan 0: give it an azimuth",
    **base_map_texts.TEXTS,
    **approval_texts.TEXTS,
    **flood_texts.TEXTS,
    **work_texts.TEXTS,
    **rule_texts.TEXTS,
    **administration_texts.TEXTS,
    **parking_texts.TEXTS,
    **supply_texts.TEXTS,
    **editing_texts.TEXTS,
    **document_texts.TEXTS,
    **logbook_texts.TEXTS,
    **stock_texts.TEXTS,
    **viewing_texts.TEXTS,
    **footage_texts.TEXTS,
    **evidence_texts.TEXTS,
    **exchange_texts.TEXTS,
    **routing_texts.TEXTS,
    **health_texts.TEXTS,
}
