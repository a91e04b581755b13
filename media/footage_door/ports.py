"""What the footage door wants: an archive to read from, and somebody who burns masks in."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from contract.masks import Mask
from video.access_unit import AccessUnit, StreamParameters


class RecordedPicture(Protocol):
    """One coded picture and its wall time."""

    @property
    def unit(self) -> AccessUnit:
        """As it was received."""
        ...

    @property
    def at(self) -> float:
        """Seconds since 1970 UTC."""
        ...


class Passage(Protocol):
    """What lies between two key pictures."""

    @property
    def begins_at(self) -> float:
        """Wall time of its key picture."""
        ...

    @property
    def ends_at(self) -> float:
        """Wall time at which its last picture ends."""
        ...

    @property
    def parameters(self) -> StreamParameters:
        """What a decoder must know."""
        ...

    def read(self) -> Sequence[RecordedPicture]:
        """Its pictures, from the disk. Raises OSError or ProtocolError when they cannot be read."""
        ...


P = TypeVar("P", bound=Passage)


class Archive(Protocol[P]):
    """video.footage.FootageArchive. Called from threads."""

    def passage_at(self, camera_id: int, at: float) -> P | None:
        """The passage that holds `at`, else the next one."""
        ...

    def passage_after(self, passage: P) -> P | None:
        """The next one."""
        ...

    def passage_before(self, passage: P) -> P | None:
        """The one before."""
        ...


class Masked(Protocol):
    """A group of pictures with masks burnt in."""

    @property
    def parameters(self) -> StreamParameters:
        """Of what was coded anew."""
        ...

    @property
    def units(self) -> tuple[AccessUnit, ...]:
        """The pictures, the first a key picture; one that could not be decoded is missing."""
        ...

    @property
    def positions(self) -> tuple[int, ...]:
        """Which of the pictures given became each of them."""
        ...


class Masking(Protocol):
    """media.pictures.PictureWorkers."""

    async def mask_units(
        self, parameters: StreamParameters, units: Sequence[AccessUnit], masks: Sequence[Mask]
    ) -> Masked:
        """These pictures with the masks burnt in. Raises MaskingRefused."""
        ...
