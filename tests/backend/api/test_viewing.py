"""Pictures over the API: the reason, the ticket, the still, the masks and who lifts them."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from backend.devkit.adapter import Adapter
from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import Approval, ApprovalRequest, ViewRequest, ViewTicket
from contract.devices import Binding, Connection
from contract.footage import FootageRequest, FootageTicket, PurposeRequest, StillRequest, ViewingPurpose
from contract.masks import LiftRequest, Mask, MaskChange, MaskLift, MaskSheet
from contract.rights import Grant, Level
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes
from tests.backend.services.rig import LAMP_MANIFEST
from tests.backend.services.viewing.rig import FACADE, ScriptedCamera

DOOR = Mask(id="m2", name="porte", corners=((0.6, 0.6), (0.9, 0.6), (0.9, 0.9)))


class Desk:
    """Somebody at a console, in front of one camera."""

    def __init__(self, city: TwoCommunes, session: Session) -> None:
        self.session = session
        self.path = f"/cameras/{city.camera().id}"

    async def watches(self) -> ViewTicket:
        return await self.session.post_for(f"{self.path}/view", ViewRequest(), ViewTicket)

    async def draws(self, version: int, *masks: Mask, approval_id: str = "") -> MaskSheet:
        change = MaskChange(version=version, masks=masks, reason="travaux", approval_id=approval_id)
        return await self.session.put_for(f"{self.path}/masks", change, MaskSheet)

    async def asks(self, act: str, payload: object) -> Approval:
        asked = ApprovalRequest(act=act, payload=msgspec.to_builtins(payload), reason="travaux")
        return await self.session.post_for("/approvals", asked, Approval)

    async def agrees(self, approval: Approval) -> None:
        await self.session.post(f"/approvals/{approval.id}/approve", None)


async def sit_down(served: ServedCity, name: str, level: Level) -> Desk:
    await served.city.account(name, [Grant(level=level)])
    return Desk(served.city, await served.login(name))


@pytest.fixture
async def camera(city: TwoCommunes) -> ScriptedCamera:
    """The camera of Dijon streams."""
    streaming = ScriptedCamera()
    bindings = {"dome": [Binding(asset_id=city.camera().id, address="")]}
    city.devices.take({"scripted": LAMP_MANIFEST}, [Connection(id="dome", integration="scripted", url="t:")], bindings)
    as_adapter: Adapter = streaming
    city.devices.set_adapter("dome", as_adapter)
    return streaming


def _code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problem.type.rpartition(":")[2]


@pytest.mark.usefixtures("camera")
async def test_a_reason_is_said_once_and_then_recordings_and_stills_open(
    served: ServedCity, city: TwoCommunes, tmp_path: Path
) -> None:
    leila = await sit_down(served, "leila", Level.VIEW)
    assert (await leila.watches()).url.startswith("rtsp://127.0.0.1:8554/live/")
    now = city.clock.now()
    period = FootageRequest(since=now - dt.timedelta(minutes=30), until=now)
    assert (await leila.session.get("/viewing-purpose", ViewingPurpose)).is_routine
    for path, body in ((f"{leila.path}/footage/view", period), (f"{leila.path}/still", StillRequest())):
        with pytest.raises(Refused) as refused:
            await leila.session.post(path, body)
        assert _code(refused) == "purpose-needed"
        assert refused.value.problem.detail_code == "purpose_needed"
    with pytest.raises(Refused) as refused:
        await leila.session.put("/viewing-purpose", PurposeRequest(reason="  "))
    assert refused.value.problem.status == 400
    said = await leila.session.put_for("/viewing-purpose", PurposeRequest(reason="rixe"), ViewingPurpose)
    assert said.expires_at == now + dt.timedelta(hours=12)
    ticket = await leila.session.post_for(f"{leila.path}/footage/view", period, FootageTicket)
    assert (ticket.port, ticket.is_masked) == (9554, False)
    city.media.still = tmp_path / "still.jpg"
    city.media.still.write_bytes(b"\xff\xd8\xff picture")
    assert await leila.session.post_bytes(f"{leila.path}/still", StillRequest()) == b"\xff\xd8\xff picture"


@pytest.mark.usefixtures("camera")
async def test_masks_are_lifted_by_two_for_one_and_given_back(served: ServedCity, city: TwoCommunes) -> None:
    leila, paul = await sit_down(served, "leila", Level.OPERATE), await sit_down(served, "paul", Level.CONFIGURE)
    with pytest.raises(Refused) as refused:
        await leila.draws(0, FACADE)
    assert refused.value.problem.status == 403
    assert (await paul.draws(0, FACADE)).version == 1
    assert (await leila.watches()).is_masked
    approval = await leila.asks("lift_mask", {"camera_id": city.camera().id, "reason": "plaque", "minutes": 5})
    wish = LiftRequest(reason="plaque", approval_id=approval.id, minutes=5)
    with pytest.raises(Refused, match="second person"):
        await leila.session.post(f"{leila.path}/masks/lift", wish)
    await paul.agrees(approval)
    with pytest.raises(Refused, match="Only the one who asked"):
        await paul.session.post(f"{paul.path}/masks/lift", wish)
    lift = await leila.session.post_for(f"{leila.path}/masks/lift", wish, MaskLift)
    assert (lift.approved_by, lift.until) == ("paul", city.clock.now() + dt.timedelta(minutes=5))
    bare = await leila.watches()
    assert (bare.is_masked, bare.lasts_s) == (False, 300.0)
    assert (await paul.watches()).is_masked
    assert (await leila.session.get(f"{leila.path}/masks", MaskSheet)).lift == lift
    assert (await paul.session.get(f"{paul.path}/masks", MaskSheet)).lift is None
    with pytest.raises(Refused) as refused:
        await leila.session.post(f"{leila.path}/masks/lift", wish)
    assert _code(refused) == "approval-refused"
    await leila.session.delete(f"{leila.path}/masks/lift")
    assert (await leila.watches()).is_masked
    with pytest.raises(Refused) as refused:
        await leila.session.delete(f"{leila.path}/masks/lift")
    assert _code(refused) == "not-lifted"


@pytest.mark.usefixtures("camera")
async def test_uncovering_over_the_api_takes_what_the_second_person_read(served: ServedCity, city: TwoCommunes) -> None:
    paul, marie = await sit_down(served, "paul", Level.CONFIGURE), await sit_down(served, "marie", Level.MANAGE)
    await paul.draws(0, FACADE, DOOR)
    with pytest.raises(Refused) as refused:
        await paul.draws(0, FACADE, DOOR)
    assert _code(refused) == "masks-stale"
    with pytest.raises(Refused) as refused:
        await paul.draws(1, FACADE)
    assert _code(refused) == "approval-refused"
    change = MaskChange(version=1, masks=(FACADE,), reason="travaux")
    agreed: dict[str, object] = {"camera_id": city.camera().id} | msgspec.to_builtins(change)
    approval = await paul.asks("uncover_mask", agreed)
    await marie.agrees(approval)
    assert (await paul.draws(1, FACADE, approval_id=approval.id)).version == 2
    crossed = Mask(id="x", corners=((0.1, 0.1), (0.5, 0.5), (0.5, 0.1), (0.1, 0.4)))
    with pytest.raises(Refused) as refused:
        await paul.draws(2, FACADE, crossed)
    assert (refused.value.problem.status, refused.value.problem.detail_code) == (400, "mask_crossed")


@pytest.mark.usefixtures("camera")
async def test_who_loses_the_right_is_not_watching_any_more(served: ServedCity, city: TwoCommunes) -> None:
    leila = await sit_down(served, "leila", Level.VIEW)
    await leila.watches()
    await city.identity.set_grants("leila", [], by="system")
    assert city.media.revoked == [("leila", "")]
    with pytest.raises(Refused):
        await leila.watches()


@pytest.mark.usefixtures("camera")
async def test_a_camera_is_not_listened_to_unless_the_service_allows_it(served: ServedCity) -> None:
    leila = await sit_down(served, "leila", Level.VIEW)
    with pytest.raises(Refused) as refused:
        await leila.session.post(f"{leila.path}/view", ViewRequest(sound=True))
    assert (refused.value.problem.detail_code, refused.value.problem.status) == ("sound_off", 409)
