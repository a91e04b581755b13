"""Errors as problem+json (RFC 9457): what happened, and what to do."""

import msgspec
from aiohttp import web

from backend.services.said import Said, say
from contract.api import Problem
from contract.rights import Level

TYPE_PREFIX = "urn:beffroi:problem:"


class ProblemError(Exception):
    """An answer other than success. `code` is stable and short; `detail` is for the reader."""

    def __init__(
        self, status: int, code: str, title: str, detail: str | Said = "", *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(title)
        said = Said(detail) if isinstance(detail, str) else detail
        self.problem = Problem(
            type=TYPE_PREFIX + code,
            title=title,
            status=status,
            detail=said.text,
            detail_code=said.code,
            detail_args=dict(said.args),
        )
        self.retry_after_s = retry_after_s


def not_found(what: str) -> ProblemError:
    """The same answer for what does not exist and for what one may not see."""
    return ProblemError(404, "not-found", f"No such {what}.", "It does not exist, or you may not see it.")


def needs(level: Level, asset_code: str = "", *, is_everywhere: bool = False) -> ProblemError:
    """Logged in, and without this right: of an asset, of the whole city, or anywhere."""
    code = f"needs_{level.name.lower()}"
    if asset_code:
        return forbidden(say(f"{code}_of", asset=asset_code))
    return forbidden(say(f"{code}_everywhere" if is_everywhere else code))


def forbidden(detail: str | Said) -> ProblemError:
    """Logged in, and not allowed."""
    return ProblemError(403, "not-allowed", "You may not do this.", detail)


def bad_request(detail: str) -> ProblemError:
    """The request is not what this route takes."""
    return ProblemError(400, "bad-request", "The request was not understood.", detail)


def conflict(code: str, title: str, detail: str = "") -> ProblemError:
    """The state of things does not allow it."""
    return ProblemError(409, code, title, detail)


def problem_response(error: ProblemError) -> web.Response:
    """The HTTP answer for a problem."""
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if error.problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(
        body=msgspec.json.encode(error.problem),
        status=error.problem.status,
        content_type="application/problem+json",
        headers=headers,
    )
