"""What tests of acts on alarms share: an alarm, and requests as a console makes them."""

import uuid
from collections.abc import Sequence

from contract.alarm_work import AlarmAct, BulkRequest, Pick
from contract.alarms import Alarm
from contract.rights import Level
from tests.backend.services.rig import DARK_CABINET, LAMPS, SmallCity


async def door_opens(city: SmallCity) -> Alarm:
    """One alarm that waits."""
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    return next(alarm for alarm in city.shown() if alarm.kind == "cabinetDoorOpen")


async def door_shuts(city: SmallCity) -> None:
    """It goes."""
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)


async def lamps_fail(city: SmallCity, count: int = len(LAMPS)) -> Sequence[Alarm]:
    """Many alarms at once."""
    for lamp in LAMPS[:count]:
        await city.tells(lamp, "highTemperature", True)
    await city.pass_time(30)
    return [alarm for alarm in city.shown() if alarm.asset_id in LAMPS]


def bulk(act: AlarmAct, alarms: Sequence[Alarm], **more: object) -> BulkRequest:
    """Exactly what is shown."""
    picks = tuple(Pick(alarm.id, alarm.occurrence) for alarm in alarms)
    return BulkRequest(id=str(uuid.uuid4()), act=act, picks=picks, **more)  # type: ignore[arg-type] # as asked


def everything(level: Level, alarm: Alarm) -> bool:
    """All rights everywhere."""
    return True


def everybody(user: str, alarm: Alarm) -> bool:
    """All may operate everywhere."""
    return True
