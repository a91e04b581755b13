"""What is not begun while memory is short: files that come or leave, and work on very many assets at once."""

from typing import Final

from backend.api.problems import ProblemError
from backend.api.route import Route
from backend.services.said import say

RETRY_AFTER_S: Final = 30

LARGE: Final = frozenset(
    {
        ("POST", "/assets/bulk"),
        ("POST", "/backups"),
        ("POST", "/evidence"),
        ("POST", "/evidence/{evidence_id}/resume"),
        ("POST", "/exports"),
        ("POST", "/imports/files/{job_id}/take"),
        ("GET", "/replay/frames"),
    }
)


def is_large(route: Route) -> bool:
    """Whether a request may take much memory, by what it does or by what it brings."""
    return route.takes_bytes or (route.method, route.path) in LARGE


def short_of_memory() -> ProblemError:
    """Refused in words; whoever asks again later is let in."""
    return ProblemError(
        503, "short-of-memory", "The backend is short of memory.", say("short_of_memory"), retry_after_s=RETRY_AFTER_S
    )
