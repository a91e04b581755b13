"""`import --server`: the same file, through a running backend and its rights."""

from pathlib import Path

import pytest

from backend.commands.through_server import ServerRefused
from backend.commands.upload import upload
from contract.imports import ImportOptions
from contract.rights import Grant, Level
from tests.backend.api.serving import serve
from tests.backend.api.two_communes import TwoCommunes

OPTIONS = ImportOptions(class_="camera", file_name="x.csv", mapping={"name": "nom"}, commune="21231")


async def test_a_file_goes_through_the_api_with_the_rights_of_its_sender(tmp_path: Path) -> None:
    file, token = tmp_path / "x.csv", tmp_path / "token"
    file.write_text("code;nom;lon;lat\nC1;Darcy;5,04;47,32\n")
    city = TwoCommunes()
    await city.start()
    try:
        await city.account("admin1")
        await city.account("viewer", [Grant(level=Level.VIEW)])
        async with serve(city) as served:
            for name in ("viewer", "admin1"):
                tokens = await city.identity.login(name, f"{name}-password", address="test")
                token.write_text(tokens.access_token + "\n")
                if name == "viewer":
                    with pytest.raises(ServerRefused):
                        await upload(served.url, token, file, OPTIONS, dry_run=False)
                    assert city.register.find("camera", "C1") is None
            tried = await upload(served.url, token, file, OPTIONS, dry_run=True)
            assert (tried.is_done, tried.added_count) == (False, 1)
            report = await upload(served.url, token, file, OPTIONS, dry_run=False)
            assert (report.is_done, report.added_count) == (True, 1)
            camera = city.register.find("camera", "C1")
            assert camera is not None
            assert camera.name == "Darcy"
            file.write_text("code;lon;lat\nC1;x;1\n")
            with pytest.raises(ServerRefused, match="no column 'nom'"):
                await upload(served.url, token, file, OPTIONS, dry_run=False)
    finally:
        await city.close()
