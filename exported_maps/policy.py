"""A page that may run its own script and nothing else, and may fetch nothing at all."""

import base64
import hashlib
import re
from typing import Final

PLACE: Final = "place-of-the-policy"
_SCRIPTS: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLES: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def sealed(page: str) -> str:
    """`page` with a content security policy that names each of its scripts and styles by its hash."""
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(_SCRIPTS, page)}",
            f"style-src {_hashes(_STYLES, page)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return page.replace(PLACE, policy, 1)


def _hashes(pattern: re.Pattern[str], page: str) -> str:
    found = [match.group(1).encode() for match in pattern.finditer(page)]
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'" for code in found)
