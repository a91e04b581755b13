"""The command line of the verifier."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from video.evidence.verifier.judging import check
from video.evidence.verifier.report import Report
from video.evidence.verifier.words import grouped, said, shown

USAGE = """Vérifie un paquet de preuves Beffroi (dossier ou ZIP) / verifies a Beffroi evidence package (folder or ZIP).

python3 verify.py PACKAGE --fingerprint 0123ABCD...     (Python 3.8 or newer; nothing to install)

Reads only: extracts nothing, executes nothing, asks no network. Exit codes: 0 whole, and signed by the key of that
fingerprint; 1 refused, each reason named; 2 cannot be read; 3 whole, but without a fingerprint its origin is unproven.
"""


def explained(report: Report, language: str) -> str:
    """The verdict and its reasons, in words."""
    if report.findings:
        lines = [said("refused", language)]
        lines += ["  - " + said(code, language, **args) for code, args in report.findings]
        return "\n".join(lines) + "\n"
    manifest = report.manifest
    verdict = "genuine" if report.is_origin_proven else "unproven"
    lines = [said(verdict, language, name=grouped(report.fingerprint)), ""]
    facts = ("package", "requisition", "reason", "incident", "requested_by", "approved_by", "built_at", "software")
    lines += [f"  {fact}: {shown(manifest[fact])}" for fact in facts if manifest.get(fact)]
    for clip in manifest["clips"]:
        how = said("original" if clip.get("is_original") is True else "masked", language)
        period = f"{shown(clip.get('since'))} - {shown(clip.get('until'))}"
        lines.append(f"  {shown(clip.get('name'))}  {period}  ({how})")
    for gap in manifest["gaps"]:
        lines.append("  " + said("gap_line", language, name=shown(gap.get("since")), other=shown(gap.get("until"))))
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Verify what the command line names. Returns the exit code."""
    parser = argparse.ArgumentParser(description=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="folder or ZIP / dossier ou ZIP")
    parser.add_argument("--fingerprint", default="", help="given out of band / empreinte reçue par une autre voie")
    is_french = os.environ.get("LC_ALL", os.environ.get("LANG", "")).lower().startswith("fr")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr" if is_french else "en")
    options = parser.parse_args(arguments)
    try:
        report = check(options.package, options.fingerprint)
    except ValueError:
        parser.error("a fingerprint has 64 hexadecimal digits / une empreinte a 64 chiffres hexadécimaux")
    except OSError as error:
        sys.stderr.write(f"{shown(options.package)}: {shown(error.strerror)}\n")
        return 2
    text = explained(report, options.lang)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
