"""What an edited rule means for an alarm that stands: nothing that waits for an operator is dropped."""

from collections.abc import Sequence

from backend.domain.alarms.events import AlarmEvent, Raise, Reconfigure
from backend.domain.alarms.life import AlarmState
from backend.services.alarms.ledger import Key
from backend.services.alarms.writer import Job
from contract.assets import AlarmRule

NOTE = "its rule was edited"


def jobs_of_edit(key: Key, state: AlarmState | None, rule: AlarmRule | None) -> Sequence[Job]:
    """The events that bring a standing alarm under its edited rule; a graver priority is annunciated anew."""
    if state is None or rule is None or state.is_at_rest:
        return ()
    events: list[AlarmEvent] = []
    if (state.is_latching, state.needs_acknowledgement) != (rule.is_latching, rule.needs_acknowledgement):
        events.append(Reconfigure(is_latching=rule.is_latching, needs_acknowledgement=rule.needs_acknowledgement))
    if state.is_active and state.priority != rule.priority:
        events.append(Raise(priority=rule.priority))
    return (Job(key, tuple(events), "system", NOTE, rule=rule),) if events else ()
