"""What a failed request is called, in the operator's language: what happened, what to do."""

from typing import Final

from console.kit.errors import BackendSilent, LoginEnded, RequestFailed, RequestRefused
from widgets.texts import Texts

_WORDS: Final = {401: "error.login", 403: "error.forbidden", 404: "error.gone", 429: "error.too_many"}


def failure_text(error: RequestFailed, tr: Texts) -> str:
    """A sentence or two; the backend's own detail where it says more."""
    if isinstance(error, BackendSilent):
        return tr("error.silent")
    if isinstance(error, LoginEnded):
        return tr("error.login")
    if isinstance(error, RequestRefused):
        key = _WORDS.get(error.status)
        own = " ".join(part for part in (error.title, error.detail) if part)
        return tr("error.refused", detail=own) if key is None else f"{tr(key)} {error.detail}".strip()
    return str(error)
