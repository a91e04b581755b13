"""A flood on the demo city for pictures: a commune falls silent, cabinets go dark, lamps break all over Dijon."""

import asyncio
from typing import TYPE_CHECKING, Final

from console.panels.alarms.panel import AlarmsPanel
from console.panels.handover.panel import HandoverPanel
from console.store.alarm_order import wants_acknowledgement
from contract.assets import Asset

if TYPE_CHECKING:
    from tools.screenshots.demo_story import Photographer

_SILENT: Final = "21515"  # Quetigny
_DIJON: Final = "21231"
_DARK, _BROKEN = 5, 30
_SETTLE_S = 4.0
_WITHIN_S = 90.0
_REMARKS = "Orage sur Quetigny ; équipe d'astreinte appelée à 3 h 10."


async def shoot_the_flood(at: "Photographer") -> None:
    """The main workspace in the flood, then area, health and handover."""
    console, alarms = at.console, at.console.stores.alarms
    cabinets, lamps = _of_dijon(at, "lighting_cabinet"), _of_dijon(at, "streetlight")
    await at.pull(f"/gateways/{_SILENT}/silence")
    for cabinet in cabinets[:: max(1, len(cabinets) // _DARK)][:_DARK]:
        await at.pull(f"/cabinets/{cabinet.code}/lose_supply")
    for lamp in lamps[:: max(1, len(lamps) // _BROKEN)][:_BROKEN]:
        await at.pull(f"/lamps/{lamp.code}/fail")
    gateway = next(each for each in console.stores.assets.all() if _is_silent_gateway(each))
    await at.until(lambda: any(map(wants_acknowledgement, alarms.of_asset(gateway.id))), "one card", _WITHIN_S)
    await at.until(lambda: any(each.stray_group for each in alarms.standing()), "a group of strays", _WITHIN_S)
    await asyncio.sleep(_SETTLE_S)
    hosted = console.panel("alarms")
    if hosted is not None and isinstance(hosted.panel, AlarmsPanel):
        hosted.panel.list.select(alarms.of_asset(gateway.id)[0].id)
    await asyncio.sleep(2 * _SETTLE_S)
    at.shoot("flood-dark-fr")
    if console.desk is None:
        return
    for panel in ("area", "alarm_health"):
        console.desk.open_panel(panel)
        await asyncio.sleep(2 * _SETTLE_S)
        at.shoot(f"{panel}-in-flood-dark-fr")
    opened = console.desk.open_panel("handover")
    if opened is not None and isinstance(opened.panel, HandoverPanel):
        panel_ = opened.panel
        panel_.draw.click()
        await at.until(panel_.form.isVisible, "the form of the handover", _WITHIN_S)
        panel_.form.remarks.setPlainText(_REMARKS)
        panel_.form.confirm.click()
        await at.until(lambda: panel_.shown is not None, "the handover is drawn", _WITHIN_S)
        await asyncio.sleep(_SETTLE_S)
        at.shoot("handover-in-flood-dark-fr")


def _of_dijon(at: "Photographer", class_: str) -> list[Asset]:
    return [each for each in at.console.stores.assets.all() if (each.class_, each.commune) == (class_, _DIJON)]


def _is_silent_gateway(asset: Asset) -> bool:
    return (asset.class_, asset.commune) == ("lighting_gateway", _SILENT)
