"""What a failed request is called, in the operator's language: what happened, what to do."""

from typing import Final

from console.kit.errors import BackendSilent, LoginEnded, RequestFailed, RequestRefused
from console.kit.said import said_text
from console.kit.said_by_devices import told_text
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
        title, detail = _own_words(error, tr)
        own = " ".join(part for part in (title, detail) if part)
        return tr("error.refused", detail=own) if key is None else f"{tr(key)} {detail}{_stop(detail)}".strip()
    return str(error)


def _stop(sentence: str) -> str:
    return "." if sentence and sentence[-1].isalnum() else ""


def _own_words(error: RequestRefused, tr: Texts) -> tuple[str, str]:
    problem = error.problem
    if problem is None:
        return told_text(error.title, tr), told_text(error.detail, tr)
    kind = f"problem.{problem.type.rpartition(':')[2].replace('-', '_')}"
    title = tr(kind) if tr.has(kind) else problem.title
    detail = said_text(problem.detail_code, problem.detail_args, problem.detail, tr)
    return title, detail[:1].upper() + detail[1:]
