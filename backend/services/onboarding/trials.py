"""One camera tried: asked who it is, then whether its pictures come."""

import asyncio
import uuid
from typing import Final, Protocol

import msgspec

from backend.devkit.adapter import CameraFinder
from backend.devkit.errors import DeviceError, LinkRefused
from backend.services.media import MediaUnavailable
from backend.services.onboarding.candidates import Candidate
from contract.devices import Connection
from contract.media import MediaCommand, ProbeStream, StreamProbed
from contract.onboarding import OnboardingRow

INTEGRATION: Final = "onvif_camera"
_ANSWER_WITHIN_S: Final = 30.0
_PICTURE_WITHIN_S: Final = 60.0  # it waits for its turn among others


class StreamProber(Protocol):
    """The media process, as trials see it."""

    async def ask(self, command: MediaCommand, key: str, kind: type[StreamProbed], *, within_s: float) -> StreamProbed:
        """Ask and wait. Raises MediaUnavailable."""
        ...


def connection_of(candidate: Candidate) -> Connection:
    """The connection that the camera would have."""
    return Connection(
        id=f"camera {candidate.code}",
        integration=INTEGRATION,
        url=candidate.url,
        secret_name=f"camera {candidate.code}" if candidate.user else "",
    )


async def try_camera(candidate: Candidate, finder: CameraFinder, prober: StreamProber) -> OnboardingRow:
    """The row as it ends: ok, or failed and why, in words that name no password."""
    row = row_of(candidate)
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            tried = await finder.try_out(connection_of(candidate), candidate.source, candidate.credentials)
        probe = ProbeStream(id=uuid.uuid4().hex, url=tried.stream_sub, user=candidate.user, password=candidate.password)
        seen = await prober.ask(probe, probe.id, StreamProbed, within_s=_PICTURE_WITHIN_S)
    except LinkRefused as error:
        return _with(row, "failed", f"wrong password: {error}")
    except (DeviceError, MediaUnavailable) as error:
        return _with(row, "failed", str(error))
    except TimeoutError:
        return _with(row, "failed", f"no answer within {_ANSWER_WITHIN_S:.0f} s")
    details = tried.details
    known = msgspec.structs.replace(
        row,
        model=f"{details.manufacturer} {details.model}".strip(),
        has_ptz=details.has_ptz,
        clock_offset_s=details.clock_offset_s,
        picture=f"{seen.codec} {seen.width}x{seen.height}" if seen.codec else "",
    )
    if seen.trouble:
        return _with(known, "failed", f"it answers, but no picture comes ({seen.trouble}): {seen.detail}")
    return _with(known, "ok", "; ".join(details.missing))


def row_of(candidate: Candidate) -> OnboardingRow:
    """The row as it begins."""
    return OnboardingRow(
        row=candidate.row,
        code=candidate.code,
        name="" if candidate.asset is None else candidate.asset.name,
        url=candidate.url,
        state="refused" if candidate.refusal else "waiting",
        detail=candidate.refusal,
        is_new=candidate.is_new,
    )


def _with(row: OnboardingRow, state: str, detail: str) -> OnboardingRow:
    return msgspec.structs.replace(row, state=state, detail=detail[:300])
