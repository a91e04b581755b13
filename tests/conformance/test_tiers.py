"""A tier is a promise to whoever buys equipment: what is claimed is there, and a claim too many is caught."""

from pathlib import Path

import msgspec
import pytest

from backend.devkit.manifest import Manifest, Tier
from tests.conformance.harness import ROOT, harness_of, manifests
from tests.conformance.tiers import proof_tests, unearned

_MANIFESTS = manifests()
_PROOF = "tests/backend/integrations/tram/test_proof_tram.py"


@pytest.mark.parametrize("name", list(_MANIFESTS))
def test_every_integration_has_earned_its_tier(name: str) -> None:
    assert unearned(_MANIFESTS[name], ROOT) == []


@pytest.mark.parametrize("name", list(_MANIFESTS))
def test_bronze_is_the_suite_and_nobody_is_without(name: str) -> None:
    harness = harness_of(name)
    assert harness.poll_s > 0


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with one integration whose proof is real."""
    folder = tmp_path / "backend" / "integrations" / "tram"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("Proven against a tram.")
    proof = tmp_path / _PROOF
    proof.parent.mkdir(parents=True)
    proof.write_text(
        'import pytest\n\n@pytest.mark.proof\ndef test_rings():\n    open("bell.bin")\n\ndef test_not():\n    pass\n'
    )
    (proof.parent / "bell.bin").write_bytes(b"\x07")
    return tmp_path


def _manifest(tier: Tier, **changes: tuple[str, ...]) -> Manifest:
    manifest = Manifest(
        name="tram",
        title_fr="Tramway",
        title_en="Tram",
        protocol="bell",
        tier=tier,
        classes=("junction",),
        proven_against=("a tram by others",),
        proofs=(_PROOF,),
        recordings=("tests/backend/integrations/tram/bell.bin",),
    )
    return msgspec.structs.replace(manifest, **changes)


@pytest.mark.parametrize("tier", list(Tier))
def test_what_is_there_is_believed(tree: Path, tier: Tier) -> None:
    assert unearned(_manifest(tier), tree) == []
    assert proof_tests(tree / _PROOF) == ["test_rings"]


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (_manifest(Tier.SILVER, proven_against=()), "names no independent peer"),
        (_manifest(Tier.SILVER, proofs=()), "names no file of proofs"),
        (_manifest(Tier.SILVER, proofs=("tests/backend/integrations/tram/gone.py",)), "does not exist"),
        (_manifest(Tier.GOLD, recordings=()), "names no recording"),
        (_manifest(Tier.GOLD, recordings=("tests/backend/integrations/tram/gone.bin",)), "does not exist"),
        (_manifest(Tier.GOLD, recordings=("backend/integrations/tram/README.md",)), "no proof reads"),
    ],
)
def test_a_claim_too_many_is_caught(tree: Path, manifest: Manifest, words: str) -> None:
    assert any(words in said for said in unearned(manifest, tree))


def test_a_file_without_proofs_proves_nothing(tree: Path) -> None:
    (tree / _PROOF).write_text("def test_rings():\n    pass\n")
    assert any("holds no test" in said for said in unearned(_manifest(Tier.SILVER), tree))


def test_without_a_readme_nobody_knows_what_is_proven(tree: Path) -> None:
    (tree / "backend" / "integrations" / "tram" / "README.md").unlink()
    assert unearned(_manifest(Tier.BRONZE), tree)
