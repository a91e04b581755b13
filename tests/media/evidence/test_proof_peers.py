"""An evidence package in the hands of others: players, unzip, OpenSSL, sha256sum, the system's own Python."""

import asyncio
import datetime as dt
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from contract.media import EvidenceClip, EvidenceClips
from media.pictures.workers import PictureWorkers
from tests.media.evidence.building_site import Site, a_part
from tests.media.evidence.test_clips import record_secrets
from tests.media.masked_pixels import WINDOW
from tests.video.evidence.packages import CityKey
from tests.video.footage.films import record
from tests.video.peers import peer
from video.access_unit import Codec
from video.evidence.manifest import PackageFacts
from video.evidence.package import write_package

pytestmark = pytest.mark.proof
KEY = CityKey(3)
AT = dt.datetime(2026, 9, 21, 15, tzinfo=dt.UTC)


class Opened:
    """A package, and what it unpacks to."""

    def __init__(self, package: Path, folder: Path, made: EvidenceClips) -> None:
        self.package = package
        self.folder = folder
        self.clips: list[tuple[Path, EvidenceClip]] = [(folder / "clips" / clip.name, clip) for clip in made.clips]


async def _made(folder: Path) -> EvidenceClips:
    """Two codecs, one of them cut from the middle of a file, and a masked camera."""
    footage = folder / "footage"
    record(footage, camera_id=1, seconds=30)
    record(footage, camera_id=2, codec=Codec.H265)
    record_secrets(footage, camera_id=3)
    workers = PictureWorkers(processes=1)
    site = Site(footage, folder / "clips", workers)
    try:
        return await site.build(
            a_part(20.5, 24.5, camera_id=1, label="CAM-001 Darcy"),
            a_part(0, 3, camera_id=2, label="CAM-002"),
            a_part(0, 3, camera_id=3, masks=(WINDOW,), label="CAM-003"),
        )
    finally:
        await site.building.close()
        await workers.close()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Written by us, unpacked by unzip."""
    folder = tmp_path_factory.mktemp("package")
    made = asyncio.run(_made(folder))
    facts = PackageFacts(
        package="0b9b0a3e-4f0e-4c5e-9c8e-0f3a3ad8a001",
        requisition="PV 2026/1234",
        reason="vol",
        incident="",
        requested_by="c.moreau",
        approved_by="l.petit",
        requested_at=AT,
        built_at=AT,
        software="beffroi",
        key_fingerprint=KEY.fingerprint,
    )
    package = folder / "package.zip"
    write_package(package, facts, made, folder / "clips", KEY)
    run("unzip", "-q", str(package), "-d", str(folder / "unpacked"))
    return Opened(package, folder / "unpacked", made)


def run(name: str, *arguments: str, cwd: Path | None = None) -> str:
    """What a program says; it must be content."""
    done = subprocess.run([peer(name), *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{name} {arguments}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout + done.stderr


def test_unzip_finds_the_archive_sound(opened: Opened) -> None:
    assert "No errors detected" in run("unzip", "-t", str(opened.package))


def test_ffprobe_counts_every_picture_and_the_right_size(opened: Opened) -> None:
    for path, clip in opened.clips:
        entries = "stream=codec_name,width,height,nb_read_frames"
        told = run("ffprobe", "-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", str(path))
        (stream,) = json.loads(told)["streams"]
        assert (stream["codec_name"], stream["width"], stream["height"]) == (clip.codec, clip.width, clip.height)
        assert int(stream["nb_read_frames"]) == clip.pictures > 0


def test_ffmpeg_decodes_all_of_it_without_a_word(opened: Opened) -> None:
    for path, _ in opened.clips:
        assert run("ffmpeg", "-v", "warning", "-xerror", "-i", str(path), "-f", "null", "-").strip() == ""


def test_mpv_plays_all_of_it_and_shows_every_picture(opened: Opened) -> None:
    quiet = ("--no-config", "--ao=null", "--msg-level=all=warn")
    for path, clip in opened.clips:
        counted = path.with_suffix(".counted")
        assert run("mpv", *quiet, str(path), f"--o={counted}", "--of=framecrc", "--ovc=rawvideo").strip() == ""
        lines = counted.read_text().splitlines()
        counted.unlink()
        assert sum(not line.startswith("#") for line in lines) == clip.pictures
    playlists = sorted(opened.folder.glob("play_camera_*.m3u"))
    assert len(playlists) == 3
    for playlist in playlists:
        run("mpv", *quiet, "--vo=null", "--untimed", str(playlist))


def test_gstreamer_shows_every_picture(opened: Opened) -> None:
    for path, clip in opened.clips:
        decoder = f"h26{4 if clip.codec == 'h264' else 5}parse ! avdec_h26{4 if clip.codec == 'h264' else 5}"
        pipeline = f"filesrc location={path} ! qtdemux ! {decoder} ! fakesink name=out silent=false sync=false"
        told = run("gst-launch-1.0", "-v", *pipeline.split())
        assert len(re.findall(r"last-message = chain\b", told)) == clip.pictures


def test_openssl_and_sha256sum_alone_verify_it(opened: Opened) -> None:
    where = opened.folder
    signed = ("-rawin", "-in", "manifest.json", "-sigfile", "manifest.sig")
    told = run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public-key.pem", *signed, cwd=where)
    assert "Verified Successfully" in told
    der = subprocess.run(
        [peer("openssl"), "pkey", "-pubin", "-in", "public-key.pem", "-outform", "DER"],
        cwd=where,
        capture_output=True,
        check=True,
    ).stdout
    summed = subprocess.run([peer("sha256sum")], input=der, capture_output=True, check=True).stdout.decode()
    assert summed.split()[0] == KEY.fingerprint
    told = run("sha256sum", "-c", "SHA256SUMS", cwd=where)
    assert told.count(": OK") == len(opened.clips)


def test_the_systems_own_python_verifies_zip_and_folder(opened: Opened) -> None:
    script = str(opened.folder / "verify.py")
    for package in (opened.package, opened.folder):
        told = run("/usr/bin/python3", "-I", "-S", script, str(package), "--fingerprint", KEY.fingerprint, "--lang=fr")
        assert "INTÈGRE ET AUTHENTIQUE" in told
        assert "masques de vie privée incrustés" in told
    copy = opened.package.with_name("copy.zip")
    shutil.copy(opened.package, copy)
    with copy.open("r+b") as file:
        file.seek(-700, 2)
        file.write(b"\xff")
    done = subprocess.run(["/usr/bin/python3", "-I", "-S", script, str(copy)], capture_output=True, check=False)
    assert done.returncode == 1
