"""A live ticket straight from the media process: as the backend's doors ask for one, without their gate."""

import secrets

from backend.services.media import TICKET_S, MediaProcess
from contract.media import IssueTicket, OpenCamera, TicketReady


async def live_ticket(media: MediaProcess, camera: OpenCamera, user: str) -> tuple[str, int]:
    """An address good once, and for how many seconds. Raises MediaUnavailable."""
    ready = await media.until_ready()
    ticket = secrets.token_urlsafe(24)
    media.tell(camera)
    issue = IssueTicket(
        ticket=ticket, camera_id=camera.camera_id, stream=camera.stream, user=user, expires_in=TICKET_S, masks=()
    )
    await media.ask(issue, ticket, TicketReady, within_s=30.0)
    scheme = "rtsps" if ready.is_encrypted else "rtsp"
    where = f"{media.public_host}:{ready.rtsp_port}"
    return f"{scheme}://{where}/live/{camera.camera_id}/{camera.stream}?ticket={ticket}", TICKET_S
