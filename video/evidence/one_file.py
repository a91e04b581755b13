"""verify.py as it lies in every package: the verifier's modules joined into one file that needs nothing of ours."""

import ast
import functools
import importlib.resources
from typing import Final

_MODULES: Final = ("words", "ed25519", "container", "report", "reading", "judging", "command")
_HEAD: Final = '''"""Vérifie un paquet de preuves Beffroi / verifies a Beffroi evidence package. python3 verify.py -h

Generated from the modules of video/evidence/verifier in the source code of Beffroi.
"""

from __future__ import annotations
'''


@functools.cache
def one_file_verifier() -> bytes:
    """The text of verify.py: the same for the same version of Beffroi."""
    folder = importlib.resources.files("video.evidence.verifier")
    parts = [_body(name, (folder / f"{name}.py").read_text("utf-8")) for name in _MODULES]
    return "\n\n".join([_HEAD, *parts]).encode()


def _body(name: str, text: str) -> str:
    """A module without its docstring, and without imports of the others: they are in the same file."""
    lines = text.splitlines()
    module = ast.parse(text)
    for node in module.body:
        is_own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("video.", "__future__"))
        is_docstring = node is module.body[0] and isinstance(node, ast.Expr)
        if is_own or is_docstring:
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return f"# --- {name}: {ast.get_docstring(module)}\n\n" + "\n".join(lines).strip() + "\n"
