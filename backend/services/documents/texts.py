"""What is said of documents and photos of assets."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "document_none": "there is no such document",
    "document_empty": "the file is empty",
    "document_name": "give the file a name of at most {count} visible characters",
    "document_kind": "{name} is none of JPEG, PNG, WebP, PDF, text (UTF-8), DOCX, XLSX, ODT, ODS: save it as one",
    "document_ending": "{name} says it is another kind of file than it is ({kind}): give it its own ending",
    "document_macros": "{name} holds macros: save it without them",
    "document_photo": "{name} cannot be read as a photo, or has more than {count} megapixels: save it anew, smaller",
    "document_count": "an asset has at most {count} documents: remove one first",
    "document_room": "the disk has too little room for documents: tell the administrator",
    "document_there": "the same file is there already as {name}",
    "document_lost": "{name} is not on the disk any more, or is not what was kept: tell the administrator",
    "document_note": "a note has {count} characters at most",
    "document_removed": "it was removed already",
    "document_not_removed": "it was not removed",
}
