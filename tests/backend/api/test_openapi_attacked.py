"""What re-users are told of the API is what it does: no server error, no answer that is not in the description."""

from pathlib import Path

import pytest

from tests.backend.api.attacked import attacked

_ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.timeout(300)
async def test_each_route_gives_only_documented_answers(tmp_path: Path) -> None:
    async with attacked(tmp_path) as city:
        code, said = await city.attack(
            await city.description(), "--phases=fuzzing", "--max-examples=2", "--workers=2", "--no-shrink"
        )
    assert code == 0, said[-6000:]


async def test_an_answer_that_is_not_documented_is_found(tmp_path: Path) -> None:
    async with attacked(tmp_path) as city:
        description = await city.description()
        del description["paths"]["/api/v1/assets/{asset_id}"]["get"]["responses"]["404"]
        code, said = await city.attack(
            description, "--phases=fuzzing", "--max-examples=20", "--no-shrink", routes="^get_assets_asset_id$"
        )
    assert code == 1
    assert "Undocumented status code" in said


@pytest.mark.proof
@pytest.mark.timeout(1_500)
async def test_a_long_attack_finds_nothing_either(tmp_path: Path) -> None:
    async with attacked(tmp_path) as city:
        code, said = await city.attack(
            await city.description(),
            "--phases=examples,coverage,fuzzing",
            "--max-examples=15",
            "--workers=2",
            "--continue-on-failure",
        )
    (_ROOT / "build").mkdir(exist_ok=True)
    (_ROOT / "build" / "schemathesis-beffroi.txt").write_text(said, "utf-8")
    assert code == 0, said[-6000:]
