"""Keys as keyboards of the language have them printed. No Qt."""

import re
from typing import Final

from widgets.texts import Texts

_NAMED: Final = re.compile(r"\b(Return|Enter|Home|Space|Delete|Del|Ins|Shift|PgUp|PgDown|Esc)\b")
_ARROW: Final = re.compile(r"(?<![\w])(Left|Right|Up|Down)\b")
_ARROWS: Final = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


def key_text(key: str, tr: Texts) -> str:
    """A key as Qt writes it, in words of the keyboard; a name that keyboards share stays as it is."""

    def named(found: re.Match[str]) -> str:
        text_key = f"key.{found[0].casefold()}"
        return tr(text_key) if tr.has(text_key) else found[0]

    return _NAMED.sub(named, _ARROW.sub(lambda found: _ARROWS[found[0]], key))
