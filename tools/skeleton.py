"""Writes a skeleton from tools/skeletons: file names, and texts with @name@, @title@, @folder@ and others filled in."""

import keyword
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SKELETONS: Final = Path(__file__).parent / "skeletons"
_TAKEN: Final = frozenset({"backend", "console", "contract", "checks", "tests", "tools", "widgets", "video", "media"})


class SkeletonRefused(Exception):
    """It was not written; the text says why."""


def write_skeleton(kind: str, name: str, title: str, out: Path, more: Mapping[str, str] | None = None) -> Path:
    """The folder `out/NAME`, complete; `more` is filled in where a text says @KEY@. Raises SkeletonRefused."""
    if not name.isidentifier() or not name.isascii() or name != name.lower() or keyword.iskeyword(name):
        raise SkeletonRefused(f"{name!r} is no name of a Python package: take lower-case letters, digits and _")
    if name in _TAKEN or name in sys.stdlib_module_names:
        raise SkeletonRefused(f"{name} is taken: choose a name of your own, such as acme_{name}")
    for text in (title, (more or {}).get("title_fr", title)):
        if not text or any(character in text for character in '"\\\n@'):
            raise SkeletonRefused("the title is one line without quotation marks, \\ and @")
    folder = (out / name).resolve()
    if folder.exists():
        raise SkeletonRefused(f"{folder} is there already")
    source = _SKELETONS / kind
    words = {"name": name, "title": title, "folder": str(folder), **(more or {})}
    for path in sorted(source.rglob("*.txt")):
        relative = path.relative_to(source).with_suffix("")
        parts = [name if part == "package" else part for part in relative.parts]
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"@([a-z_]+)@", lambda found: words[found[1]], path.read_text("utf-8"))
        target.write_text(text, "utf-8")
    return folder
