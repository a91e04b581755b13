"""What the backend says, in the operator's language where its codes are known, else as the backend put it."""

from collections.abc import Mapping

from widgets.texts import Texts, semicolon


def said_text(code: str, args: Mapping[str, str], text: str, tr: Texts) -> str:
    """The sentences of `code` ("one+another") joined; `text` when there is no code, or one from a newer backend."""
    keys = [f"said.{part}" for part in code.split("+")] if code else []
    if not keys or not all(tr.has(key) for key in keys):
        return text
    try:
        # With something to fill in even where there are no arguments: a blank left open is noticed.
        return f"{semicolon(tr)} ".join(tr(key, **{"nothing": "", **args}) for key in keys)
    except (KeyError, IndexError, TypeError):
        return text
