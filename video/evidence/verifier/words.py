"""What the verifier says, in English and French."""

from __future__ import annotations

_WORDS = {
    "altered": ("{name}: its content was altered", "{name} : le contenu a été modifié"),
    "truncated": ("{name}: cut short, {there} of {wanted} bytes", "{name} : tronqué, {there} octets sur {wanted}"),
    "longer": ("{name}: too long, {there} bytes for {wanted}", "{name} : trop long, {there} octets pour {wanted}"),
    "swapped": ("{name}: holds the content of {other}", "{name} : porte le contenu de {other} (échange)"),
    "missing": ("{name}: missing", "{name} : manquant"),
    "added": ("{name}: added, the manifest does not name it", "{name} : ajouté, absent du manifeste"),
    "renamed": ("{name}: renamed, it was {other}", "{name} : renommé, c'était {other}"),
    "order": ("{name}: not at its place, files were re-ordered", "{name} : pas à sa place, ordre des fichiers changé"),
    "twice": ("{name}: there are two of this name", "{name} : deux fichiers portent ce nom"),
    "hostile": ("{name}: a name that no package has", "{name} : nom qu'aucun paquet ne contient"),
    "no_file": ("{name}: a link, device or folder, no file", "{name} : lien, périphérique ou dossier, pas un fichier"),
    "header": ("{name}: its ZIP header was altered", "{name} : son en-tête ZIP a été modifié"),
    "central": ("{name}: its entry in the ZIP directory differs from its header",
                "{name} : son entrée au répertoire ZIP diffère de son en-tête"),
    "prepended": ("{count} bytes were put before the first file", "{count} octets ajoutés avant le premier fichier"),
    "gap": ("bytes that belong to no file, after {name}, at {count}",
            "octets hors de tout fichier, après {name}, à {count}"),
    "end": ("the end of the ZIP was altered, or a comment added", "fin du ZIP modifiée, ou commentaire ajouté"),
    "appended": ("{count} bytes were appended after the end", "{count} octets ajoutés après la fin"),
    "cut": ("the ZIP is cut short: its end is missing", "ZIP tronqué : sa fin manque"),
    "no_zip": ("this is no package: neither a folder nor a ZIP", "ce n'est pas un paquet : ni dossier ni ZIP"),
    "too_many": ("more files than any package has", "plus de fichiers qu'aucun paquet n'en contient"),
    "signature": ("manifest.json or manifest.sig was altered: the signature does not hold",
                  "manifest.json ou manifest.sig modifié : la signature n'est pas valable"),
    "key": ("public-key.pem is no Ed25519 key", "public-key.pem n'est pas une clé Ed25519"),
    "other_key": ("signed by another key than the one you were told: {name}",
                  "signé par une autre clé que celle qui vous a été indiquée : {name}"),
    "manifest": ("manifest.json is not a manifest of this format: {name}",
                 "manifest.json n'est pas un manifeste de ce format : {name}"),
    "clips": ("manifest.json: its clips are not in order at {name}", "manifest.json : séquences en désordre à {name}"),
    "io": ("{name}: cannot be read", "{name} : illisible"),
    "refused": ("REFUSED. Do not rely on this package:", "REFUSÉ. Ne vous fiez pas à ce paquet :"),
    "genuine": ("WHOLE AND GENUINE. Nothing was altered since it was signed by the key {name}.",
                "INTÈGRE ET AUTHENTIQUE. Rien n'a été modifié depuis la signature par la clé {name}."),
    "unproven": (
        ("WHOLE, BUT ITS ORIGIN IS NOT PROVEN. Anyone can sign with a key of his own. Ask the service that gave the "
         "package\nfor its key fingerprint, by another way, and run again with --fingerprint.\n"
         "The key in this package has the fingerprint {name}."),
        ("INTÈGRE, MAIS ORIGINE NON PROUVÉE. N'importe qui peut signer avec sa propre clé. Demandez l'empreinte de la "
         "clé au\nservice qui a remis le paquet, par une autre voie, puis relancez avec --fingerprint.\n"
         "La clé contenue dans ce paquet a l'empreinte {name}."),
    ),
    "original": ("as recorded, byte for byte", "tel qu'enregistré, octet pour octet"),
    "masked": ("re-encoded: privacy masks are burnt in", "réencodé : masques de vie privée incrustés"),
    "gap_line": ("not recorded from {name} to {other}", "non enregistré de {name} à {other}"),
}  # fmt: skip


def shown(text: object) -> str:
    """A text of unknown origin, made harmless for a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))[:200]


def said(code: str, language: str, **args: object) -> str:
    """One of the sentences, in "fr" or "en"."""
    return _WORDS[code][1 if language == "fr" else 0].format(**args)


def grouped(fingerprint: str) -> str:
    """A fingerprint as people compare it."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4)).upper()
