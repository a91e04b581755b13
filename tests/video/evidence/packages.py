"""A small evidence package, and the verifier as it lies in it."""

import datetime as dt
import hashlib
import random
import types
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contract.footage import FootageGap
from contract.masks import Mask
from contract.media import EvidenceClip, EvidenceClips
from video.evidence.manifest import AskedPart, CameraFacts, JournalFact, PackageFacts
from video.evidence.one_file import one_file_verifier
from video.evidence.package import key_fingerprint, write_package

NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


class CityKey:
    """A key pair made for one test."""

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public_key = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.fingerprint = key_fingerprint(self.public_key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def the_verifier() -> types.ModuleType:
    """verify.py, loaded from the text that goes into packages."""
    module = types.ModuleType("verify")
    exec(compile(one_file_verifier(), "verify.py", "exec"), module.__dict__)  # noqa: S102  # it is our own text
    return module


def a_package(
    folder: Path,
    key: CityKey,
    *,
    clips: int = 3,
    clip_bytes: int = 300,
    go_on: Callable[[int], bool] = lambda _: True,
) -> Path:
    """A package of so many clips, the last one masked."""
    dice = random.Random(clips)
    made: list[EvidenceClip] = []
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, clips + 1):
        content = dice.randbytes(clip_bytes)
        name = f"{number:03}_CAM-00{number}_20261123T120000Z_20261123T120100Z.mp4"
        (folder / name).write_bytes(content)
        is_last = number == clips
        made.append(
            EvidenceClip(
                name=name,
                camera_id=number,
                label=f"CAM-00{number}",
                since=NOON,
                until=NOON + dt.timedelta(minutes=1),
                bytes=clip_bytes,
                sha256=hashlib.sha256(content).hexdigest(),
                is_original=not is_last,
                codec="h264",
                masks=(Mask(id="m", corners=((0.0, 0.0), (0.5, 0.0), (0.5, 0.25))),) if is_last else (),
                part=number - 1,
                width=640,
                height=360,
                pictures=15,
            )
        )
    facts = PackageFacts(
        package="0b9b0a3e-4f0e-4c5e-9c8e-0f3a3ad8a001",
        requisition="PV 2026/1234",
        reason="Vol à l'étalage, rue de la Liberté",
        incident="I-77",
        requested_by="c.moreau",
        approved_by="l.petit",
        requested_at=NOON,
        built_at=NOON,
        software="beffroi 0.1.0",
        key_fingerprint=key.fingerprint,
        cameras=tuple(
            CameraFacts(id=n, code=f"CAM-00{n}", name="Place Grangier", place="Dijon") for n in range(1, clips + 1)
        ),
        asked=(AskedPart(camera_id=1, since=NOON, until=NOON + dt.timedelta(minutes=1)),),
        journal=(JournalFact(seq=9, at=NOON, kind="viewing", actor="c.moreau", hash="ab" * 32, payload={"act": "x"}),),
    )
    target = folder / "package.zip"
    gap = FootageGap(since=NOON, until=NOON + dt.timedelta(seconds=5), reason="camera_lost", camera_id=1)
    write_package(target, facts, EvidenceClips(id="x", clips=tuple(made), gaps=(gap,)), folder, key, go_on)
    return target
