"""Alarms for tests, in few words."""

import datetime as dt

from contract.alarms import Alarm, Annunciation, Priority, ShownState

AT = dt.datetime(2026, 1, 15, 2, 0, tzinfo=dt.UTC)
_LETTERS = {
    Annunciation.NORM: ShownState.A_NORM,
    Annunciation.UNACK: ShownState.B_UNACK,
    Annunciation.ACKED: ShownState.C_ACKED,
    Annunciation.RTNUN: ShownState.D_RTNUN,
    Annunciation.LTCH_U: ShownState.LTCH_U,
    Annunciation.LTCH_A: ShownState.LTCH_A,
}


def alarm(
    alarm_id: int,
    priority: Priority = Priority.P3,
    annunciation: Annunciation = Annunciation.UNACK,
    *,
    occurrence: int = 1,
    is_shelved: bool = False,
    raised_at: dt.datetime = AT,
    folded_into: int | None = None,
    folded_count: int = 0,
    stray_group: str = "",
    class_: str = "lighting_cabinet",
    commune: str = "21231",
    rings: int = 0,
) -> Alarm:
    """One alarm; shelved it shows so and its annunciation rests."""
    said = Annunciation.NORM if is_shelved or folded_into is not None else annunciation
    shown = ShownState.F_DSUPR if folded_into is not None else _LETTERS[said]
    return Alarm(
        id=alarm_id,
        asset_id=alarm_id,
        kind="power",
        priority=priority,
        shown=ShownState.E_SHLVD if is_shelved else shown,
        annunciation=said,
        is_active=annunciation in {Annunciation.UNACK, Annunciation.ACKED},
        is_shelved=is_shelved,
        is_suppressed=folded_into is not None,
        occurrence=occurrence,
        raised_at=raised_at,
        folded_into=folded_into,
        folded_count=folded_count,
        stray_group=stray_group,
        class_=class_,
        commune=commune,
        rings=rings,
    )
