"""Every received alarm is somewhere: counted at the door and counted where it is, the two must agree."""

from collections import Counter
from collections.abc import Callable, Set

from backend.domain.alarms.life import AlarmState
from backend.services.alarms.floods import Floods
from backend.services.alarms.folds import SupplyFolds
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.watch import AlarmWatch
from contract.alarm_flood import SUPPLIED_LOST, AlarmAccounting


def account(
    ledger: AlarmLedger,
    watch: AlarmWatch,
    folds: SupplyFolds,
    floods: Floods,
    waiting: Set[Key],
    sees: Callable[[int], bool],
) -> AlarmAccounting:
    """Of the assets that `sees` lets through. `waiting`: alarms that came or went, which is not kept yet."""
    came = [key for key in {*watch.raised(), *waiting} if key[1] != SUPPLIED_LOST and sees(key[0])]
    places: Counter[str] = Counter()
    for key, state in ledger.standing():
        if state.is_active and sees(key[0]):
            places[_place(key, state, folds)] += 1
            places["strays"] += bool(floods.group_of(key))
    for key in waiting:
        kept = ledger.state(key)
        if sees(key[0]) and (kept is None or not kept.is_active):
            places["derived" if key[1] == SUPPLIED_LOST else "held"] += 1
    sums = ("shown", "folded", "inhibited", "set_aside", "held")
    return AlarmAccounting(
        received=len(came),
        shown=places["shown"],
        folded=places["folded"],
        inhibited=places["inhibited"],
        set_aside=places["set_aside"],
        held=places["held"],
        repeats=sum(watch.repeats(key) for key in came),
        derived=places["derived"],
        strays=places["strays"],
        is_flood=floods.is_on,
        new_cards=sum(sees(key[0]) for key in floods.new_cards()),
        is_whole=len(came) == sum(places[name] for name in sums),
    )


def _place(key: Key, state: AlarmState, folds: SupplyFolds) -> str:
    if key[1] == SUPPLIED_LOST:
        return "derived"
    if folds.root_of(key) is not None:
        return "folded"
    if folds.is_held(key):
        return "held"
    if state.is_suppressed:
        return "inhibited"
    return "set_aside" if state.is_flagged else "shown"
