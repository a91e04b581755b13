"""Why an act of two persons is not asked for, not approved, or not done."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "approval_unknown": "There is no such request for approval, or it is long over: ask again.",
    "approval_expired": "The five minutes are over: ask again.",
    "approval_same_person": "The one who asks and the one who approves must be two persons.",
    "approval_already_approved": "Somebody has approved it already.",
    "approval_not_approved": "Nobody has approved it yet.",
    "approval_used": "It was used already: ask again for another time.",
    "approval_other_act": "This is not what was approved: ask again for what you want to do now.",
    "approval_not_yours": "Only the one who asked may do it.",
    "approval_too_many": "Too many of your requests are open: wait until they are answered or expire.",
    "approval_copy_away": "The copy of the audit cannot be reached or differs: "
    "acts of two persons wait until it is mended.",
    "approval_no_payload": "What is to be approved cannot be written down exactly.",
}
