"""What the backend says, in the operator's language where its codes are known, else as the backend put it."""

from collections.abc import Mapping

from console.kit.said_by_devices import SENTENCE_BLANKS, told_text
from widgets.texts import Texts, semicolon


def said_text(code: str, args: Mapping[str, str], text: str, tr: Texts) -> str:
    """The sentences of `code` ("one+another") joined; `text` when there is no code, or one from a newer backend.

    What is quoted within them, and such a text, is put into the language where its words are known.
    """
    keys = [f"said.{part}" for part in code.split("+")] if code else []
    if not keys or not all(tr.has(key) for key in keys):
        return told_text(text, tr)
    words = {name: told_text(value, tr) if name in SENTENCE_BLANKS else value for name, value in args.items()}
    try:
        # With something to fill in even where there are no arguments: a blank left open is noticed.
        return f"{semicolon(tr)} ".join(tr(key, **{"nothing": "", **words}) for key in keys)
    except (KeyError, IndexError, TypeError):
        return told_text(text, tr)
