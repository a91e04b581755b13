"""Playback, evidence, approvals, camera settings and the handover of a shift in the midst of their work."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from console.panels.camera_admin.panel import CameraAdminPanel
from console.panels.footage.panel import FootagePanel
from console.panels.handover.panel import HandoverPanel
from console.shell.desk import Desk
from console.store.stores import Stores
from console.store.wishes import Extraction, MomentWish
from contract.api import ApprovalRequest
from contract.footage import BookmarkRequest, RecordingMode, RecordingPlan
from contract.masks import Mask, MaskSheet
from tools.screenshots import sample_city
from tools.screenshots.sample_client import SampleClient
from widgets.footage_timeline import Period

SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "footage": (1180, 700),
    "evidence": (700, 760),
    "approvals": (560, 560),
    "camera_admin": (640, 760),
    "handover": (860, 1000),
}
SHOTS: Final[Mapping[str, tuple[str, int]]] = {
    "video-footage": ("footage", 0),
    "video-evidence": ("evidence", 0),
    "video-approvals": ("approvals", 0),
    "video-masks": ("camera_admin", 0),
    "video-recording": ("camera_admin", 1),
    "video-camera": ("camera_admin", 2),
    "video-adding": ("camera_admin", 3),
    "shift-handover": ("handover", 0),
}
"""Which panel, and which of its pages."""

_MOMENT = sample_city.NOW - dt.timedelta(minutes=11)
_REASON = "Accident avec délit de fuite"
_WINDOWS = (
    Mask(id="m1", name="Fenêtres", corners=((0.08, 0.2), (0.32, 0.16), (0.33, 0.52), (0.09, 0.55))),
    Mask(id="m2", name="Entrée de l'école", corners=((0.68, 0.3), (0.9, 0.28), (0.92, 0.62), (0.7, 0.6))),
)


async def prepare(client: SampleClient) -> None:
    """What the backend holds before a panel opens."""
    cameras = _cameras(client)
    client.plans = dict.fromkeys(cameras, RecordingPlan(mode=RecordingMode.CONTINUOUS))
    client.have_packages(cameras[0])
    for camera in cameras[:2]:
        await client.bookmark(camera, BookmarkRequest(at=_MOMENT, label="Véhicule blanc"))
    client.sheets[cameras[0]] = MaskSheet(camera_id=cameras[0], version=3, masks=_WINDOWS, changed_by="m.lambert",
                                          changed_at=sample_city.NOW - dt.timedelta(days=9))  # fmt: skip
    since, until = (_MOMENT + dt.timedelta(minutes=minutes) for minutes in (-3, 4))
    parts = [{"camera_id": one, "since": since.isoformat(), "until": until.isoformat()} for one in cameras[:3]]
    payload: dict[str, object] = {"parts": parts, "requisition": "TJ Dijon 2026/417"}
    client.waiting_approvals.clear()
    await client.request_approval(ApprovalRequest(act="extract_evidence", payload=payload, reason=_REASON))
    lift: dict[str, object] = {"camera_id": cameras[0]}
    await client.request_approval(ApprovalRequest(act="lift_mask", payload=lift, reason="Enfant perdu"))


def stage(desk: Desk, name: str, client: SampleClient, stores: Stores) -> None:
    """Do in the open panel what its picture is to show."""
    panel_id, page = SHOTS[name]
    hosted, cameras = desk.panel(panel_id), _cameras(client)
    panel = None if hosted is None else hosted.panel
    if isinstance(panel, FootagePanel):
        stores.moments.show_moment(MomentWish(_MOMENT, tuple(cameras[:4])))
        at_ms = _MOMENT.timestamp() * 1000
        panel.timeline.show_selection(Period(at_ms - 180_000, at_ms + 240_000))
    elif isinstance(panel, CameraAdminPanel):
        stores.selection.select(cameras[0])
        panel.tabs.setCurrentIndex(page)
        if name == "video-adding":
            panel.adding.read_file(Path(__file__))  # the sample client answers the same to any file
    elif isinstance(panel, HandoverPanel):
        panel.form.given.emit("m.lambert", "", "Marché de nuit jusqu'à 2 h, place Grangier.", True)
    elif panel_id == "evidence":
        stores.moments.extract(Extraction(tuple(cameras[:2]), _MOMENT, _MOMENT + dt.timedelta(minutes=7)))


def _cameras(client: SampleClient) -> list[int]:
    return sorted(asset.id for asset in client.assets.values() if asset.class_ == "camera")
