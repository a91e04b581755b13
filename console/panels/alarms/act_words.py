"""What the acts of the alarm panel are called, which key and which right each has. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.ports import Catalogue
from console.parts.alarm_lines import duration_text
from console.store.wording import alarm_text
from contract.alarm_work import AlarmAct, AlarmConflict, Assignee
from contract.alarms import Alarm
from widgets.bulk_values import BulkQuestion
from widgets.texts import Texts


@dataclass(frozen=True)
class ActWords:
    """One act: its name, its sign, the keys of its words."""

    name: str
    icon: str
    text: str
    hint: str


ACTS: Final = (
    ActWords("acknowledge", "mdi6.check", "alarms.acknowledge", "alarms.right.acknowledge"),
    ActWords("reset", "mdi6.restore", "alarms.reset", "alarms.right.reset"),
    ActWords("shelve", "mdi6.bell-sleep-outline", "alarms.shelve", "alarms.right.shelve"),
    ActWords("out_of_service", "mdi6.wrench-outline", "alarms.act.out_of_service", "alarms.right.out_of_service"),
    ActWords("silence", "mdi6.volume-off", "alarms.act.silence", "alarms.right.silence"),
    ActWords("suppressed", "mdi6.bell-cancel-outline", "alarms.act.suppressed", "alarms.right.suppressed"),
    ActWords("comment", "mdi6.comment-plus-outline", "alarms.act.comment", "alarms.right.comment"),
    ActWords("take_over", "mdi6.account-check-outline", "alarms.act.take_over", "alarms.right.take_over"),
    ActWords("assign", "mdi6.account-arrow-right-outline", "alarms.act.assign", "alarms.right.assign"),
    ActWords("unacknowledge", "mdi6.undo-variant", "alarms.act.unacknowledge", "alarms.right.unacknowledge"),
    ActWords("place", "mdi6.map-marker-outline", "alarms.place", "alarms.right.place"),
    ActWords("past", "mdi6.play-box-multiple-outline", "alarms.past", "alarms.right.past"),
    ActWords("details", "mdi6.text-box-outline", "alarms.act.details", "alarms.right.details"),
)
TOOLS: Final = (
    ActWords("columns", "mdi6.view-column-outline", "alarms.columns.choose", "alarms.right.columns"),
    ActWords("export", "mdi6.download-outline", "alarms.act.export", "alarms.right.export"),
)
RANKS: Final = {"acknowledge": 0, "reset": 0, "shelve": 1, "out_of_service": 1, "silence": 1}  # 2: the rest
BY_KEY: Final[Mapping[str, str]] = {
    "O": "out_of_service",
    "C": "comment",
    "T": "take_over",
    "G": "assign",
    "U": "unacknowledge",
    "D": "details",
}
_MANY: Final = {
    "acknowledge": AlarmAct.ACKNOWLEDGE,
    "reset": AlarmAct.RESET,
    "unacknowledge": AlarmAct.UNACKNOWLEDGE,
    "comment": AlarmAct.COMMENT,
    "take_over": AlarmAct.TAKE_OVER,
    "assign": AlarmAct.ASSIGN,
}


def act_named(name: str, alarms: Sequence[Alarm]) -> AlarmAct:
    """The act on many; where all of them are set aside already, the act that takes them back."""
    if name == "shelve":
        return AlarmAct.UNSHELVE if alarms and all(alarm.is_shelved for alarm in alarms) else AlarmAct.SHELVE
    if name == "out_of_service":
        is_back = bool(alarms) and all(alarm.is_out_of_service for alarm in alarms)
        return AlarmAct.RETURN_TO_SERVICE if is_back else AlarmAct.OUT_OF_SERVICE
    return _MANY.get(name, AlarmAct.ACKNOWLEDGE)


def shelve_durations(minutes: Sequence[int], proposed_minutes: int, tr: Texts) -> Sequence[tuple[str, int]]:
    """For so long; the last one: until it is normal again, a negative number. What chatters is proposed its own."""
    lasting = sorted(
        {*minutes, *((proposed_minutes,) if proposed_minutes else ())}, key=lambda each: each != proposed_minutes
    )
    once = (tr("alarms.shelve_once", duration=duration_text(minutes[-1])), -minutes[-1])
    return [*((tr("form.for", duration=duration_text(each)), each) for each in lasting), once]


def people_words(people: Sequence[Assignee], tr: Texts) -> Sequence[tuple[str, str]]:
    """Who may take care of an alarm, available ones first; last: nobody."""

    def words(each: Assignee) -> str:
        key = "there" if each.is_available else "away" if each.is_logged_in else "out"
        return tr(f"alarms.person.{key}", name=each.display_name or each.name, seat=each.seat).strip()

    return [*((words(each), each.name) for each in people), (tr("alarms.person.nobody"), "")]


def bulk_question(
    act: AlarmAct,
    durations: Sequence[tuple[str, int]],
    whole_list: str,
    tr: Texts,
    people: Sequence[tuple[str, str]] = (),
) -> BulkQuestion:
    """What is asked before an act on many."""
    needs_reason = act in {AlarmAct.SHELVE, AlarmAct.OUT_OF_SERVICE, AlarmAct.COMMENT}
    label = tr("alarms.bulk.reason") if needs_reason else ""
    if act is AlarmAct.ACKNOWLEDGE:
        label = tr("alarms.bulk.comment")
    return BulkQuestion(
        title="",
        confirm="",
        reason_label=label,
        needs_reason=needs_reason,
        durations=durations if act is AlarmAct.SHELVE else (),
        people=people,
        whole_list=whole_list,
    )


def conflict_text(conflict: AlarmConflict, catalogue: Catalogue, tr: Texts) -> str:
    """Another one wanted the same alarm, or took it over."""
    what = alarm_text(catalogue, conflict.alarm, tr)
    if conflict.act is AlarmAct.TAKE_OVER:
        return tr("alarms.conflict_taken", who=conflict.actor, what=what)
    act = tr(f"alarms.conflict_act.{conflict.act.value}")
    return tr("alarms.conflict", who=conflict.actor, act=act, what=what)
