"""What a verification found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from video.evidence.verifier.words import shown

MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.pem"
FORMAT = "beffroi-evidence-1"


class Member(NamedTuple):
    """A file that is there; `crc` as its header says, `is_sound` whether header and content agree."""

    name: str
    raw_name: bytes
    size: int
    sha256: str
    crc: int = 0
    offset: int = 0
    is_sound: bool = True
    content: bytes = b""  # of the small ones that are read


class Report:
    """What was found. `findings` empty: whole."""

    def __init__(self, tick: Callable[[int], None] = lambda _: None) -> None:
        """`tick` hears how far the reading is, file by file; what it raises ends it."""
        self.tick = tick
        self.findings: list[tuple[str, dict[str, object]]] = []
        self.members: list[Member] = []
        self.manifest: dict[str, Any] = {}
        self.fingerprint = ""
        self.is_origin_proven = False

    def add(self, code: str, name: str = "", **more: object) -> None:
        """Name one thing that is wrong."""
        finding = (code, {"name": shown(name), **more})
        if len(self.findings) < 1000 and finding not in self.findings:
            self.findings.append(finding)

    @property
    def codes(self) -> set[str]:
        """The kinds of what is wrong."""
        return {code for code, _ in self.findings}

    @property
    def exit_code(self) -> int:
        """0, 1 or 3, as the head of this file says."""
        return 1 if self.findings else 0 if self.is_origin_proven else 3
