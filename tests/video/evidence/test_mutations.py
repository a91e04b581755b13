"""F58 of the fault matrix: whatever is done to an evidence package, the verifier refuses it and names what was done."""

import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.evidence.packages import CityKey, a_package, the_verifier

KEY = CityKey()
VERIFY: Any = the_verifier()
ONE, TWO, THREE = (f"clips/00{n}_CAM-00{n}_20261123T120000Z_20261123T120100Z.mp4" for n in (1, 2, 3))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package nobody touched."""
    return a_package(tmp_path_factory.mktemp("whole"), KEY)


def found(package: Path) -> list[tuple[str, str]]:
    """(what, which file) of everything the verifier names; it must refuse."""
    report = VERIFY.check(package, KEY.fingerprint)
    assert report.exit_code == 1
    for language in ("fr", "en"):
        assert VERIFY.explained(report, language)
    return [(code, args["name"]) for code, args in report.findings]


def test_a_whole_package_is_genuine_with_the_fingerprint_and_unproven_without(whole: Path) -> None:
    assert VERIFY.check(whole, KEY.fingerprint).exit_code == 0
    assert VERIFY.check(whole, VERIFY.grouped(KEY.fingerprint)).exit_code == 0
    assert VERIFY.check(whole).exit_code == 3
    assert found_with(whole, CityKey(2).fingerprint) == {"other_key"}


def test_an_extracted_package_is_genuine_too(whole: Path, tmp_path: Path) -> None:
    assert VERIFY.check(extracted(whole, tmp_path), KEY.fingerprint).exit_code == 0


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_any_flipped_bit_anywhere_is_refused_with_a_reason(whole: Path, data: st.DataObject) -> None:
    content = bytearray(whole.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    broken = whole.with_name("broken.zip")
    broken.write_bytes(content)
    assert found(broken)


def test_every_byte_of_the_zip_outside_its_files_counts(whole: Path) -> None:
    content = whole.read_bytes()
    with zipfile.ZipFile(whole) as archive:
        files = archive.infolist()
        begins = archive.start_dir
    heads = [at for info in files for at in range(info.header_offset, info.header_offset + 30 + len(info.filename))]
    broken = whole.with_name("broken.zip")
    for at in [*heads[:400], *range(begins, len(content))]:
        broken.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        assert found(broken), f"byte {at}"


def test_a_flipped_bit_in_a_clip_names_the_clip_alone(whole: Path) -> None:
    content = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        info = archive.getinfo(TWO)
    content[info.header_offset + 30 + len(TWO) + 17] ^= 4
    broken = whole.with_name("broken.zip")
    broken.write_bytes(content)
    assert found(broken) == [("altered", TWO)]


@pytest.mark.parametrize("length", [0, 1, 29, 30, 1000, -1, -22, -100, -400])
def test_a_package_cut_short_says_so(whole: Path, length: int) -> None:
    broken = whole.with_name("broken.zip")
    broken.write_bytes(whole.read_bytes()[:length])
    assert {"cut", "truncated", "no_zip", "end"} & {code for code, _ in found(broken)}


def test_a_package_cut_within_a_clip_names_it(whole: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        info = archive.getinfo(TWO)
    broken = whole.with_name("broken.zip")
    broken.write_bytes(whole.read_bytes()[: info.header_offset + 100])
    named = found(broken)
    assert ("truncated", TWO) in named
    assert ("missing", THREE) in named


ZIP_TRICKS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "prepended": (lambda zip_: b"MZ virus" + zip_, "prepended"),
    "appended": (lambda zip_: zip_ + b"more", "appended"),
    "comment": (lambda zip_: zip_[:-2] + struct.pack("<H", 3) + b"hey", "end"),
    "two directories": (lambda zip_: zip_ + zip_[-22:], "appended"),
    "another zip inside the tail": (lambda zip_: zip_ + zip_, "appended"),
}


@pytest.mark.parametrize("trick", ZIP_TRICKS)
def test_tricks_of_the_container_are_named(whole: Path, trick: str) -> None:
    change, expected = ZIP_TRICKS[trick]
    broken = whole.with_name("broken.zip")
    broken.write_bytes(change(whole.read_bytes()))
    assert expected in {code for code, _ in found(broken)}


def test_bytes_hidden_between_two_files_are_named(whole: Path) -> None:
    content = whole.read_bytes()
    with zipfile.ZipFile(whole) as archive:
        at = archive.getinfo(TWO).header_offset
    broken = whole.with_name("broken.zip")
    broken.write_bytes(content[:at] + b"hidden" * 9 + content[at:])
    assert ("gap", ONE) in found(broken)


def test_a_directory_that_differs_from_the_headers_is_named(whole: Path) -> None:
    content = whole.read_bytes()
    at = content.rfind(TWO.encode())
    broken = whole.with_name("broken.zip")
    broken.write_bytes(content[:at] + TWO.replace("CAM", "CBM").encode() + content[at + len(TWO) :])
    assert found(broken) == [("central", TWO)]


def rezipped(whole: Path, change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]) -> Path:
    """The same container laid out with other files in it, as somebody who knows the format would."""
    with zipfile.ZipFile(whole) as archive:
        files = [(info.filename, archive.read(info)) for info in archive.infolist()]
    broken, records = whole.with_name("broken.zip"), b""
    with broken.open("wb") as file:
        for name, body in change(files):
            crc, offset = VERIFY.zlib.crc32(body), file.tell()
            file.write(VERIFY.local_header(name.encode(), len(body), crc) + body)
            records += VERIFY.central_record(name.encode(), len(body), crc, offset)
        count = len(change(files))
        file.write(records + VERIFY.end_records(count, len(records), file.tell()))
    return broken


def _content(files: list[tuple[str, bytes]], name: str) -> bytes:
    return dict(files)[name]


def test_a_container_laid_out_anew_with_the_same_files_is_the_same(whole: Path) -> None:
    assert rezipped(whole, lambda files: files).read_bytes() == whole.read_bytes()


def test_each_clip_missing_is_named(whole: Path) -> None:
    for gone in (ONE, TWO, THREE, "README.txt", "verify.py", "manifest.sig", "public-key.pem"):
        assert ("missing", gone) in found(_without(whole, gone))


def _without(whole: Path, gone: str) -> Path:
    return rezipped(whole, lambda files: [file for file in files if file[0] != gone])


def test_a_missing_manifest_is_named(whole: Path) -> None:
    assert ("missing", "manifest.json") in found(rezipped(whole, lambda files: files[1:]))


def test_an_added_file_is_named(whole: Path) -> None:
    assert found(rezipped(whole, lambda files: [*files, ("clips/004_x.mp4", b"x")])) == [("added", "clips/004_x.mp4")]


def test_reordered_files_are_named(whole: Path) -> None:
    named = found(rezipped(whole, lambda files: [*files[:-3], files[-2], files[-3], files[-1]]))
    assert named == [("order", TWO), ("order", ONE)]


def test_a_renamed_clip_is_named_with_what_it_was(whole: Path) -> None:
    new = TWO.replace("CAM-002", "CAM-009")
    broken = rezipped(whole, lambda files: [(new if name == TWO else name, body) for name, body in files])
    report = VERIFY.check(broken, KEY.fingerprint)
    assert ("renamed", {"name": new, "other": TWO}) in report.findings


def test_swapped_contents_are_named(whole: Path) -> None:
    swap = {ONE: TWO, TWO: ONE}
    broken = rezipped(whole, lambda files: [(name, _content(files, swap.get(name, name))) for name, _ in files])
    report = VERIFY.check(broken, KEY.fingerprint)
    assert report.findings == [("swapped", {"name": ONE, "other": TWO}), ("swapped", {"name": TWO, "other": ONE})]


def test_a_shortened_and_a_lengthened_clip_are_named(whole: Path) -> None:
    cut = rezipped(whole, lambda files: [(name, body[:-9] if name == TWO else body) for name, body in files])
    assert found(cut) == [("truncated", TWO)]
    long = rezipped(whole, lambda files: [(name, body + b"9" if name == TWO else body) for name, body in files])
    assert found(long) == [("longer", TWO)]


def test_two_files_of_one_name_are_named(whole: Path) -> None:
    assert ("twice", ONE) in found(rezipped(whole, lambda files: [*files, (ONE, b"another")]))


@pytest.mark.parametrize(
    "name",
    [
        "../out.mp4",
        "/etc/passwd",
        "clips/../../x",
        "C:\\x",
        "clips\\x.mp4",
        "con",
        "clips/nul.mp4",
        "a/b/c",
        "\x1b[2Jx",
    ],
)
def test_hostile_names_are_named_and_harmless_on_a_terminal(whole: Path, name: str) -> None:
    broken = rezipped(whole, lambda files: [*files, (name, b"x")])
    report = VERIFY.check(broken, KEY.fingerprint)
    assert "hostile" in report.codes
    assert "\x1b" not in VERIFY.explained(report, "fr")


def test_a_swapped_manifest_of_another_package_is_refused(whole: Path, tmp_path: Path) -> None:
    other = a_package(tmp_path / "other", KEY, clips=2)
    with zipfile.ZipFile(other) as archive:
        foreign = archive.read("manifest.json")
    change = {"manifest.json": foreign}
    named = found(rezipped(whole, lambda files: [(name, change.get(name, body)) for name, body in files]))
    assert {"signature", "altered", "added"} <= {code for code, _ in named}


def test_a_package_signed_anew_by_somebody_else_is_refused_by_the_fingerprint(tmp_path: Path) -> None:
    forged = a_package(tmp_path / "forged", CityKey(7))
    assert VERIFY.check(forged).exit_code == 3
    assert {code for code, _ in found(forged)} == {"other_key"}


def test_clips_told_in_another_order_are_named(whole: Path) -> None:
    def tell_otherwise(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        manifest = VERIFY.json.loads(files[0][1])
        manifest["clips"][0], manifest["clips"][1] = manifest["clips"][1], manifest["clips"][0]
        return [("manifest.json", VERIFY.canonical(manifest)), *files[1:]]

    assert {"signature", "clips"} <= {code for code, _ in found(rezipped(whole, tell_otherwise))}


# --- folders


def extracted(whole: Path, folder: Path) -> Path:
    """The package as somebody unpacked it."""
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(folder)
    return folder


def _link(path: Path) -> None:
    path.symlink_to(path.rename(path.parents[2] / "elsewhere"))


FOLDER_TRICKS: dict[str, tuple[Callable[[Path], object], tuple[str, str]]] = {
    "flipped": (lambda f: (f / TWO).write_bytes(b"\x01" + (f / TWO).read_bytes()[1:]), ("altered", TWO)),
    "missing": (lambda f: (f / TWO).unlink(), ("missing", TWO)),
    "added": (lambda f: (f / "clips/note.txt").write_text("x"), ("added", "clips/note.txt")),
    "empty folder": (lambda f: (f / "more").mkdir(), ("added", "more/")),
    "truncated": (lambda f: os.truncate(f / TWO, 10), ("truncated", TWO)),
    "linked": (lambda f: _link(f / TWO), ("no_file", TWO)),
    "a pipe": (lambda f: os.mkfifo(f / "clips/pipe"), ("no_file", "clips/pipe")),
    "manifest": (lambda f: (f / "manifest.json").write_text("{}"), ("signature", "")),
    "another case": (lambda f: (f / "README.txt").rename(f / "ReadMe.txt"), ("renamed", "ReadMe.txt")),
}


@pytest.mark.parametrize("trick", FOLDER_TRICKS)
def test_tricks_of_a_folder_are_named(whole: Path, tmp_path: Path, trick: str) -> None:
    change, expected = FOLDER_TRICKS[trick]
    folder = extracted(whole, tmp_path / "package")
    change(folder)
    assert expected in found(folder)


def test_swapped_clips_of_a_folder_are_named(whole: Path, tmp_path: Path) -> None:
    folder = extracted(whole, tmp_path)
    shutil.move(folder / ONE, folder / "x")
    shutil.move(folder / TWO, folder / ONE)
    shutil.move(folder / "x", folder / TWO)
    assert found(folder) == [("swapped", ONE), ("swapped", TWO)]


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_garbage_is_refused_and_never_breaks_the_verifier(whole: Path, garbage: bytes) -> None:
    broken = whole.with_name("broken.zip")
    broken.write_bytes(garbage)
    assert found(broken)


MANIFESTS = [
    b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"format": "beffroi-evidence-1"}', b'{"a": 1, "a": 2}',
    b'{"format": "beffroi-evidence-1", "files": {}, "clips": 3, "gaps": []}',
    b'{"format": "beffroi-evidence-1", "files": [3], "clips": [], "gaps": []}',
    b'{"format": "beffroi-evidence-1", "files": [{"name": "x", "bytes": 1e999, "sha256": ""}], "clips": []}',
    b'{"format": "beffroi-evidence-1", "files": [], "clips": [{"order": 1, "name": "x"}], "gaps": ["x"]}',
    b'{"format": "beffroi-evidence-1", "clips": [], "files": [{"name": "\\ud800", "bytes": 1, "sha256": ""}]}',
    b'{"format": "beffroi-evidence-1", "files": [], "clips": [], "gaps": [], "x": ' + b"9" * 5000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("manifest", MANIFESTS, ids=range(len(MANIFESTS)))
def test_a_signed_manifest_of_another_shape_is_refused_in_words(whole: Path, manifest: bytes) -> None:
    parts = {"manifest.json": manifest, "manifest.sig": KEY.sign(manifest)}
    named = found(rezipped(whole, lambda files: [(name, parts.get(name, body)) for name, body in files]))
    assert "manifest" in {code for code, _ in named}


def found_with(package: Path, fingerprint: str) -> set[str]:
    """What is named when another fingerprint was told."""
    report = VERIFY.check(package, fingerprint)
    assert report.exit_code == 1
    codes: set[str] = report.codes
    return codes
