"""What is said of acts on alarms, of who takes care of them, and of shifts that are handed over."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "acknowledged_first": "already acknowledged by {who} at {time}",
    "shelved_first": "{who} shelved it at {time}: take it from the shelf first",
    "out_of_service_first": "{who} took it out of service at {time}: return it to service first",
    "alarm_held": "{who} takes care of it since {time}: take it over, and {who} is told",
    "alarm_at_rest": "nothing of it stands any more: there is nothing to take care of",
    "no_assignee": "there is no such person, or the account is closed",
    "assignee_right": "{who} may not operate {asset}: give it to somebody who may",
    "comment_empty": "a comment needs words",
    "comments_full": "{count} comments are enough for one alarm: use the logbook",
    "bulk_until": "say until when they are shelved",
    "bulk_other": "this request was made before with another content: make a new one",
    "bulk_runs": "this request is being done already: wait for its answer",
    # Shifts
    "handover_gone": "there is no such handover",
    "handover_signed": "it was signed already",
    "handover_yours": "only {who} may do that",
    "handover_same_person": "the one who leaves and the one who comes must be two persons",
    "handover_to": "it was drawn for {who}",
    "handover_password": "the name or the password of the one who comes is not right",
    "handover_other": "this is not the report that you have read: open it anew",
    "handover_old": "the report is older than {minutes} minutes: draw it anew",
    "handover_blind": "{who} may not see all that is handed over: narrow it to what both of you see",
}
