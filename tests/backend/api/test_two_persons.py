"""A claim of the highest manual rank takes two persons, and exactly what the second one read."""

import uuid
from pathlib import Path

import msgspec
import pytest

from backend.devkit.manifest import read_manifest
from backend.integrations import talq_lighting
from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import Approval, ApprovalList, ApprovalRequest, ClaimOutcome, ClaimRequest, ReasonRequest
from contract.claims import Claim, Rank
from contract.devices import Binding, Connection
from contract.rights import Grant, Level
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes


def _request(city: TwoCommunes) -> ClaimRequest:
    return ClaimRequest(
        id=str(uuid.uuid4()),
        asset_ids=(city.lamps()[0].id,),
        property="level_percent",
        value=0,
        reason="firemen ask for darkness",
        rank=Rank.TWO_PERSON_MANUAL,
    )


def _connect_lamps(city: TwoCommunes) -> None:
    """Behind a gateway that does not answer: what is claimed is kept, whatever becomes of the command."""
    manifest = read_manifest(Path(talq_lighting.__file__).with_name("manifest.toml"))
    gateway = Connection(id="gw", integration=manifest.name, url="http://127.0.0.1:1")
    bindings = [Binding(asset_id=lamp.id, address=lamp.code) for lamp in city.lamps()]
    city.devices.take({manifest.name: manifest}, [gateway], {gateway.id: bindings})


async def _two(served: ServedCity, city: TwoCommunes) -> tuple[Session, Session]:
    await city.account("marie", [Grant(level=Level.OPERATE)])
    await city.account("paul", [Grant(level=Level.MANAGE)])
    return await served.login("marie"), await served.login("paul")


async def _asked(session: Session, request: ClaimRequest) -> Approval:
    payload = msgspec.to_builtins(request)
    return await session.post_for(
        "/approvals", ApprovalRequest(act="place_claim", payload=payload, reason=request.reason), Approval
    )


async def test_with_a_second_person_the_claim_stands(served: ServedCity, city: TwoCommunes) -> None:
    marie, paul = await _two(served, city)
    _connect_lamps(city)
    request = _request(city)
    approval = await _asked(marie, request)
    [waiting] = (await paul.get("/approvals", ApprovalList)).items
    assert waiting.payload["value"] == 0
    await paul.post(f"/approvals/{approval.id}/approve", None)
    agreed = msgspec.structs.replace(request, approval_id=approval.id)
    outcome = await marie.post_for("/claims", agreed, ClaimOutcome)
    assert [claim.rank for claim in outcome.claims] == [Rank.TWO_PERSON_MANUAL]
    with pytest.raises(Refused, match="manage"):
        await marie.post(f"/claims/{outcome.claims[0].id}/release", ReasonRequest(reason="over"))
    released = await paul.post_for(f"/claims/{outcome.claims[0].id}/release", ReasonRequest(reason="over"), Claim)
    assert released.id == outcome.claims[0].id


async def test_alone_nobody_places_it(served: ServedCity, city: TwoCommunes) -> None:
    marie, _ = await _two(served, city)
    request = _request(city)
    with pytest.raises(Refused, match="second person"):
        await marie.post("/claims", request)
    approval = await _asked(marie, request)
    with pytest.raises(Refused, match="second person"):
        await marie.post("/claims", msgspec.structs.replace(request, approval_id=approval.id))


async def test_what_was_changed_after_the_agreement_is_refused(served: ServedCity, city: TwoCommunes) -> None:
    marie, paul = await _two(served, city)
    request = _request(city)
    approval = await _asked(marie, request)
    await paul.post(f"/approvals/{approval.id}/approve", None)
    changed = msgspec.structs.replace(request, approval_id=approval.id, value=100)
    with pytest.raises(Refused, match="second person"):
        await marie.post("/claims", changed)
    assert not city.claims.of_asset(city.lamps()[0].id)
