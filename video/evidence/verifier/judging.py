"""What was signed against what is there."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from video.evidence.verifier.ed25519 import is_signed
from video.evidence.verifier.reading import walk_folder, walk_zip
from video.evidence.verifier.report import FORMAT, MANIFEST, PUBLIC_KEY, SIGNATURE, Member, Report
from video.evidence.verifier.words import grouped

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}(/[A-Za-z0-9][A-Za-z0-9._-]{0,119})?")
_DEVICE_NAME = re.compile(r"(^|/)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.[^/]*)?$", re.IGNORECASE)


def check(package: Path, fingerprint: str = "", tick: Callable[[int], None] = lambda _: None) -> Report:
    """Read it all and judge it. Raises OSError when it cannot be read, ValueError for what is no fingerprint."""
    wanted = re.sub(r"[^0-9a-f]", "", fingerprint.lower())
    if fingerprint and len(wanted) != 64:
        raise ValueError(fingerprint)
    report = Report(tick)
    folders: set[str] = set()
    if package.is_dir():
        folders = walk_folder(package, report)
    else:
        with package.open("rb") as file:
            walk_zip(file, package.stat().st_size, report)
    if not report.members:
        report.add("no_zip")
        return report
    there = {member.name: member for member in reversed(report.members)}
    is_signature_good = _check_signature(there, report)
    listed = _read_manifest(there.get(MANIFEST), report, is_strict=is_signature_good)
    _compare(there, listed, report)
    for name in folders - {str(Path(name).parent.as_posix()) for name in listed}:
        report.add("added", name + "/")
    if not is_signature_good and not (report.codes & {"key"} or _is_altered(PUBLIC_KEY, there, listed)):
        report.add("signature")
    if not package.is_dir() and listed:
        _check_order([m.name for m in report.members], [MANIFEST, SIGNATURE, *listed], report)
    if wanted and report.fingerprint != wanted:
        report.add("other_key", grouped(report.fingerprint))
    report.is_origin_proven = bool(wanted) and not report.findings
    return report


def _check_signature(there: dict[str, Member], report: Report) -> bool:
    """Whether the manifest's signature holds for the key that lies beside it."""
    if not {MANIFEST, SIGNATURE, PUBLIC_KEY} <= set(there):
        return False
    try:
        der = b64decode(b"".join(there[PUBLIC_KEY].content.splitlines()[1:-1]), validate=True)
    except ValueError:
        der = b""
    if len(der) != 44 or der[:12] != bytes.fromhex("302a300506032b6570032100"):
        report.add("key")
        return False
    report.fingerprint = hashlib.sha256(der).hexdigest()
    return is_signed(der[12:], there[SIGNATURE].content, there[MANIFEST].content)


def canonical(manifest: dict[str, Any]) -> bytes:
    """The one way in which a manifest is written. Raises ValueError."""
    return (json.dumps(manifest, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _read_manifest(member: Member | None, report: Report, *, is_strict: bool) -> dict[str, tuple[int, str]]:
    """The files it names in order: their sizes and hashes."""
    if member is None:
        return {}
    try:
        manifest: dict[str, Any] = json.loads(member.content.decode("utf-8"))
        is_ours = manifest["format"] == FORMAT and (not is_strict or canonical(manifest) == member.content)
        names = [str(entry["name"]) for entry in manifest["files"]]
        listed = {str(f["name"]): (int(f["bytes"]), str(f["sha256"])) for f in manifest["files"]}
        clips = [(int(clip["order"]), str(clip["name"])) for clip in manifest["clips"]]
        _ = [dict(told) for told in [*manifest["clips"], *manifest["gaps"]]]
        clip_files = [name for name in names if name.startswith("clips/")]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        report.add("manifest", type(error).__name__)
        return {}
    report.manifest = manifest
    if not is_ours or len(listed) != len(names) or {MANIFEST, SIGNATURE} & set(names) or PUBLIC_KEY not in listed:
        report.add("manifest", "files")
    for number, (order, name) in enumerate(clips, 1):
        if order != number or name not in clip_files or clip_files.index(name) != number - 1:
            report.add("clips", name)
    return listed


def _compare(there: dict[str, Member], listed: dict[str, tuple[int, str]], report: Report) -> None:
    seen: set[str] = set()
    for member in report.members:
        if member.name in seen:
            report.add("twice", member.name)
        seen.add(member.name)
        if not _SAFE_NAME.fullmatch(member.name) or _DEVICE_NAME.search(member.name):
            report.add("hostile", member.name)
    by_hash = {sha: name for name, (_, sha) in listed.items()}
    missing = [name for name in [MANIFEST, SIGNATURE, *listed] if name not in there]
    for name, member in sorted(there.items()):
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            was = by_hash.get(member.sha256, "")
            report.add("renamed" if was in missing else "added", name, **({"other": was} if was in missing else {}))
            missing = [other for other in missing if other != was]
        elif not _is_altered(name, there, listed):
            if not member.is_sound:
                report.add("header", name)
        elif member.sha256 in by_hash:
            report.add("swapped", name, other=by_hash[member.sha256])
        else:
            size = listed[name][0]
            code = "altered" if member.size == size else "truncated" if member.size < size else "longer"
            report.add(code, name, **({} if code == "altered" else {"there": member.size, "wanted": size}))
    for name in missing:
        report.add("missing", name)


def _is_altered(name: str, there: dict[str, Member], listed: dict[str, tuple[int, str]]) -> bool:
    return name in there and name in listed and (there[name].size, there[name].sha256) != listed[name]


def _check_order(found: list[str], wanted: list[str], report: Report) -> None:
    right = iter([name for name in wanted if name in set(found)])
    for name in found:
        if name in set(wanted) and name != next(right, ""):
            report.add("order", name)
