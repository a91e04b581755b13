"""Codes that the backend proposes: like their neighbours', with the next number."""

import re
from collections import Counter
from typing import Final

from backend.services.register import Register

_NUMBERED: Final = re.compile(r"(.*?)(\d{1,9})$")


def next_code(register: Register, class_: str, commune: str) -> str:
    """A free code: the most frequent beginning of this class in the commune, and one more than its highest number."""
    codes = [asset.code for asset in register.of_topic(commune, class_)]
    parted = [found for code in codes if (found := _NUMBERED.match(code))]
    if parted:
        beginning, _ = Counter(found[1] for found in parted).most_common(1)[0]
        numbers = [found[2] for found in parted if found[1] == beginning]
        width, number = max(len(text) for text in numbers), max(int(text) for text in numbers) + 1
    else:
        beginning, width, number = "-".join(part for part in (class_.upper(), commune) if part) + "-", 3, 1
    while register.find(class_, f"{beginning}{number:0{width}d}") is not None:
        number += 1
    return f"{beginning}{number:0{width}d}"
