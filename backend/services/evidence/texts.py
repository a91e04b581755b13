"""What is said of evidence packages: why one is refused, and what became of it."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "evidence_parts": "name 1 to {count} cameras with their periods, each once",
    "evidence_period": "a period lies in the past, ends after it begins, and lasts {days} days at most",
    "evidence_reason": "say why in words, with {length} characters at most",
    "evidence_requisition": "name the requisition (and the incident) on one line, with {length} characters at most",
    "evidence_lock": "there is no seal that holds these cameras for these periods",
    "evidence_known": "this id names another package already: ask with a new one",
    "evidence_many": "{count} packages are being made: wait until one is ready, or cancel one",
    "evidence_gone": "there is no such package any more",
    "evidence_state": "that cannot be done with a package that is {state}",
    "evidence_not_ready": "the package is not ready yet",
    "evidence_approval": "no second person agreed to it in time: ask again",
    "evidence_cancelled": "{who} cancelled it",
    "evidence_lost": "its file is gone from the disk: build it again",
    "evidence_disk": "the disk is full: free space, then resume",
    "evidence_disk_error": "its file cannot be written ({reason}): see the disk, then resume",
    "evidence_not_destroyed": "{count} of its files cannot be removed from the disk: remove them by hand",
    "evidence_broken": "the clips are not as they were written ({reason}): resume to write them again",
    "evidence_nothing": "nothing was recorded of these cameras in these periods",
    "evidence_no_recorder": "nothing is recorded here: the video service has no folder for recordings",
    "evidence_too_many": "more than {count} clips: ask for less in one package",
    "evidence_unreadable": "the recordings cannot be read: {reason}",
    "evidence_no_room": "the disk has no room: {wanted} GiB are needed, {free} GiB are free. Free space, then resume",
    "evidence_all_lost": "the recordings were purged or are damaged: nothing of them can be given",
    "evidence_failed": "the video service failed at it: its log says why",
}
