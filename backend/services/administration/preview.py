"""What rights come to: how many assets of each commune, service and class they reach, reckoned by the rule itself."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from backend.domain.rights import allows
from backend.domain.rights_place import service_of
from contract.administration import SeenCount
from contract.assets import Asset, AssetClass
from contract.rights import Grant, Level


class Reach:
    """Assets counted by (commune, service, class), then judged once for each such triple."""

    def __init__(self, assets: Iterable[Asset], classes: Mapping[str, AssetClass]) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter(
            (asset.commune, service_of(asset, classes), asset.class_) for asset in assets
        )

    def of(
        self, grants: Sequence[Grant], at: dt.datetime
    ) -> tuple[SeenCount, tuple[SeenCount, ...], tuple[SeenCount, ...], tuple[SeenCount, ...]]:
        """All of it, then by commune, by service, by class."""
        judged = [
            (
                triple,
                count,
                [
                    allows(grants, level, commune=triple[0], service=triple[1], class_=triple[2], at=at)
                    for level in (Level.VIEW, Level.OPERATE, Level.MANAGE, Level.CONFIGURE)
                ],
            )
            for triple, count in self._counts.items()
        ]

        def by(key_of: Callable[[tuple[str, str, str]], str]) -> tuple[SeenCount, ...]:
            sums: dict[str, list[int]] = {}
            for triple, count, reached in judged:
                line = sums.setdefault(key_of(triple), [0, 0, 0, 0, 0])
                line[0] += count
                for place, is_reached in enumerate(reached, 1):
                    line[place] += count if is_reached else 0
            return tuple(
                SeenCount(key=key, of=line[0], view=line[1], operate=line[2], manage=line[3], configure=line[4])
                for key, line in sorted(sums.items())
            )

        whole = by(lambda _: "")
        empty = SeenCount(key="", of=0, view=0, operate=0, manage=0, configure=0)
        return (
            whole[0] if whole else empty,
            by(lambda triple: triple[0]),
            by(lambda triple: triple[1]),
            by(lambda triple: triple[2]),
        )
