"""Who burns masks in, as the footage door sees it."""

from collections.abc import Sequence
from typing import Protocol

from contract.masks import Mask
from video.access_unit import AccessUnit, StreamParameters


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
        """These pictures with the masks burnt in. Raises PicturesRefused."""
        ...
