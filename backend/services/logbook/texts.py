"""What is said of notes of the logbook and their pictures."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "note_words": "a note needs words",
    "note_id_used": "this note id was used for another note: ask again with a new id",
    "note_picture_none": "there is no such picture",
    "note_picture_kind": "{name} is no photo (JPEG, PNG, WebP)",
    "note_picture_count": "a note has {count} pictures at most",
    "note_picture_gone": "a picture of this note is not there any more: add it again",
    "note_picture_waiting": "too many pictures wait for their note: write that note first",
}
