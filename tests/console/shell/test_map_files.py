"""The file is where the user wanted it, whole or not at all; what goes wrong is said with what to do."""

import sys
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QUrl

from console.kit.exporting import ExportFailed
from console.kit.preferences import PreferenceFile
from console.kit.translations import Translations
from console.shell.map_files import LocalMapFiles
from exported_maps.values import MAX_ASSETS, ExportRequest, FileFormat
from tests.exported_maps.samples import asset, city

TR = Translations("fr")


async def test_the_file_is_made_kept_and_opened(tmp_path: Path) -> None:
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return True

    files = LocalMapFiles(TR, folder=tmp_path, open_url=open_url)
    file = files.proposal("Carte : ../../ville", ".html")
    files.keep(await files.make(ExportRequest(FileFormat.HTML, city())), file)

    assert file.parent == tmp_path
    assert file.read_bytes().startswith(b"<!DOCTYPE html>")
    assert files.open(file)
    assert opened[0].toLocalFile() == str(file)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    files = LocalMapFiles(TR, folder=tmp_path)
    (tmp_path / "Carte.html").touch()
    (tmp_path / "Carte (2).html").touch()
    assert files.proposal("Carte", ".html") == tmp_path / "Carte (3).html"
    assert files.proposal("...", ".csv") == tmp_path / "map.csv"
    assert len(files.proposal("x" * 500, ".csv").name) < 100


async def test_what_went_wrong_is_said_in_words(tmp_path: Path) -> None:
    many = city(assets=tuple(asset(number) for number in range(MAX_ASSETS + 1)))
    with pytest.raises(ExportFailed, match="La sélection compte"):
        await LocalMapFiles(TR).make(ExportRequest(FileFormat.CSV, many))
    fallen = LocalMapFiles(TR, command=(sys.executable, "-c", "raise SystemExit(9)"))
    with pytest.raises(ExportFailed, match="L'export s'est arrêté"):
        await fallen.make(ExportRequest(FileFormat.CSV, city()))
    slow = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(ExportFailed, match="Rapprochez la vue"):
        await LocalMapFiles(TR, command=slow, time_limit_s=0.2).make(ExportRequest(FileFormat.CSV, city()))


def test_a_folder_that_is_not_there_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    files = LocalMapFiles(TR, folder=tmp_path)
    with pytest.raises(ExportFailed, match=r"gone.*Choisissez un autre dossier"):
        files.keep(b"x", tmp_path / "gone" / "map.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ExportFailed, match="n'a pas pu être écrit"):
        files.keep(b"x", tmp_path / "folder.html")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]


def test_whether_files_are_opened_is_kept_for_the_next_start(tmp_path: Path) -> None:
    kept = PreferenceFile(tmp_path / "preferences.json")
    assert kept.read().opens_exports

    def remember(opens: bool) -> None:
        kept.write(msgspec.structs.replace(kept.read(), opens_exports=opens))

    files = LocalMapFiles(TR, opens=kept.read().opens_exports, remember=remember)
    files.remember_opening(wanted=False)
    assert not files.opens_afterwards
    assert not LocalMapFiles(TR, opens=kept.read().opens_exports).opens_afterwards
