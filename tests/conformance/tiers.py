"""Whether an integration's tier is earned: who it was proven against, by which tests, from which recordings."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.devkit.manifest import Manifest, Tier

_MARK = "proof"


def unearned(manifest: Manifest, root: Path) -> Sequence[str]:
    """What its tier claims and the tree does not show; empty: it is earned."""
    return list(_unearned(manifest, root))


def proof_tests(path: Path) -> Sequence[str]:
    """The tests of a file that run under `make proofs`."""
    tree = ast.parse(path.read_text("utf-8"))
    is_all = any(
        isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets)
        and _names_proof(statement.value)
        for statement in tree.body
    )
    tests = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return [
        test.name
        for test in tests
        if test.name.startswith("test_") and (is_all or any(_names_proof(d) for d in test.decorator_list))
    ]


def _unearned(manifest: Manifest, root: Path) -> Iterator[str]:
    if not (root / "backend" / "integrations" / manifest.name / "README.md").is_file():
        yield "no README.md says what is proven and what is not"
    if manifest.tier is Tier.BRONZE:
        return
    if not manifest.proven_against:
        yield f"{manifest.tier} names no independent peer (proven_against)"
    if not manifest.proofs:
        yield f"{manifest.tier} names no file of proofs (proofs)"
    for named in manifest.proofs:
        path = root / named
        if not path.is_file():
            yield f"{named} does not exist"
        elif not proof_tests(path):
            yield f"{named} holds no test that make proofs runs"
        elif f"integrations/{manifest.name}/" not in named:
            yield f"{named} is not a test of this integration"
    if manifest.tier is Tier.GOLD:
        yield from _without_recordings(manifest, root)


def _without_recordings(manifest: Manifest, root: Path) -> Iterator[str]:
    if not manifest.recordings:
        yield "gold names no recording of a real device (recordings)"
    told = "".join((root / named).read_text("utf-8") for named in manifest.proofs if (root / named).is_file())
    for named in manifest.recordings:
        path = root / named
        if not path.is_file() or not path.stat().st_size:
            yield f"the recording {named} does not exist or is empty"
        elif path.name not in told:
            yield f"no proof reads the recording {named}"


def _names_proof(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == _MARK for part in ast.walk(node))
