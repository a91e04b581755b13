"""Which alarms tell that an asset is lost, which a feeder may explain, and the card of a feeder that is mute."""

from typing import Final

from contract.alarm_flood import SUPPLIED_LOST
from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, Label

SUPPLY_LOSS: Final = "supplyLoss"
LAMP_FAILURE: Final = "lampFailure"
SUPPLIED_LOST_RULE: Final = AlarmRule(
    kind=SUPPLIED_LOST,
    when=AlarmWhen.IS_TRUE,
    priority=Priority.P2,
    label=Label(fr="Presque tout ce qu'il alimente est perdu", en="Most of what it feeds is lost"),
    guidance=Label(
        fr="L'équipement ne dit rien lui-même : vérifier son alimentation, sa liaison, ses départs.",
        en="The equipment itself says nothing: check its supply, its link, its outgoing circuits.",
    ),
    is_explained_by_supply=True,
)


def is_sign(rule: AlarmRule) -> bool:
    """A feeder says by this alarm itself that it feeds nothing now."""
    return rule.kind == SUPPLY_LOSS or rule.when is AlarmWhen.COMMUNICATION_LOST


def is_loss(rule: AlarmRule) -> bool:
    """This alarm tells that its asset is lost, as those beside it are when their feeder is down."""
    return is_explainable(rule) and (is_sign(rule) or rule.kind == LAMP_FAILURE)


def is_explainable(rule: AlarmRule) -> bool:
    """What feeds the asset may explain this alarm, so it can wait a little to be explained."""
    return rule.is_explained_by_supply and not rule.never_waits


def waits_in_flood(rule: AlarmRule) -> bool:
    """In a flood it waits longer; a supply that says of itself that it is lost does not."""
    return is_explainable(rule) and rule.kind != SUPPLY_LOSS
