"""The text files of a package that tell its reader what to do, without our software."""

from collections.abc import Sequence
from typing import Final

from contract.media import EvidenceClip

READ_ME_FRENCH: Final = """\
PAQUET DE PREUVES VIDÉO

Contenu
  manifest.json    qui a demandé, qui a approuvé, pourquoi, quelles caméras et périodes, chaque fichier et son SHA-256
  manifest.sig     signature Ed25519 de manifest.json (64 octets)
  public-key.pem   clé publique qui vérifie cette signature
  clips/           les séquences : MP4, lisibles par tout lecteur (VLC, mpv, ffmpeg, lecteur de Windows ou de macOS)
  play_camera_*.m3u  listes de lecture : toutes les séquences d'une caméra à la suite
  SHA256SUMS       empreintes des séquences, pour l'outil sha256sum
  verify.py        vérificateur : un seul fichier, Python 3.8 ou plus récent, rien à installer

Vérifier (conserver le ZIP tel quel ; ne pas le recompresser)
  python3 verify.py PAQUET.zip --fingerprint EMPREINTE --lang fr

EMPREINTE est l'empreinte de la clé de la ville. Demandez-la par une AUTRE voie que celle du paquet : au téléphone, sur
un courrier signé, de vive voix. Sans elle, la vérification montre que rien n'a changé depuis la signature, mais pas QUI
a signé. Pour ne pas devoir faire confiance au vérificateur livré ici, prenez-le dans le code source public de Beffroi.

Vérifier sans Python (OpenSSL 3, sha256sum), après avoir extrait le ZIP dans un dossier
  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig
  openssl pkey -pubin -in public-key.pem -outform DER | sha256sum     (doit donner l'empreinte reçue)
  sha256sum -c SHA256SUMS

Ce qui est prouvé, et ce qui ne l'est pas
  Prouvé : aucun octet n'a changé depuis la signature ; le détenteur de la clé a signé ; séquences « is_original » :
  octets tels qu'enregistrés, coupés aux images clés (elles débutent donc un peu avant la période demandée).
  Non prouvé : que la caméra montrait la réalité, que son horloge était juste (les heures sont celles du serveur, UTC),
  et ce qui s'est passé pendant une lacune (« gaps » : périodes non enregistrées et leur cause).
"""
READ_ME_ENGLISH: Final = """\
VIDEO EVIDENCE PACKAGE

Contents
  manifest.json    who asked, who approved, why, which cameras, which periods, each file and its SHA-256
  manifest.sig     Ed25519 signature of manifest.json (64 bytes)
  public-key.pem   the public key that verifies this signature
  clips/           the recordings: MP4, for any player (VLC, mpv, ffmpeg, those of Windows and macOS)
  play_camera_*.m3u  play lists: all clips of a camera one after the other
  SHA256SUMS       hashes of the clips, for the tool sha256sum
  verify.py        the verifier: one file, Python 3.8 or newer, nothing to install

Verify (keep the ZIP as it is; do not compress it again)
  python3 verify.py PACKAGE.zip --fingerprint FINGERPRINT --lang en

FINGERPRINT is that of the city's key. Ask for it by ANOTHER way than the package came: by telephone, in a signed
letter, in person. Without it the verification shows that nothing changed since it was signed, not WHO signed. If you
do not want to trust the verifier that came with the package, take it from the public source code of Beffroi.

Verify without Python (OpenSSL 3, sha256sum), after extracting the ZIP into a folder
  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig
  openssl pkey -pubin -in public-key.pem -outform DER | sha256sum     (must give the fingerprint you were told)
  sha256sum -c SHA256SUMS

What is proven, and what is not
  Proven: no byte changed since the signature; the holder of the key signed; clips with "is_original": bytes as
  recorded, cut at key pictures (so they begin a little before the period that was asked for; a clip's time counts
  from the beginning of the recorded file, so that a player may not show it as beginning at 0:00).
  Not proven: that the camera showed what was real, that its clock was right (times are the server's, UTC), and what
  happened during a gap ("gaps": periods that were not recorded, and why).
"""


def hash_list(clips: Sequence[EvidenceClip]) -> str:
    """The clips' hashes as sha256sum reads them."""
    return "".join(f"{clip.sha256}  clips/{clip.name}\n" for clip in clips)


def play_lists(clips: Sequence[EvidenceClip]) -> dict[str, bytes]:
    """One list a camera that plays its clips one after the other."""
    lists: dict[str, bytes] = {}
    for clip in clips:
        name = f"play_camera_{clip.camera_id}.m3u"
        lists[name] = lists.get(name, b"#EXTM3U\n") + f"clips/{clip.name}\n".encode("ascii")
    return lists
