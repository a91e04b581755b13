"""The claims in force, ours and those that live in the field, stacked by property: winners first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import msgspec

from backend.domain.claim_rules import ranked
from contract.claims import Claim

Property = tuple[int, str]  # asset id, property


class ClaimStacks:
    """What stands now. It decides nothing and tells nobody."""

    def __init__(self) -> None:
        self._claims: dict[str, Claim] = {}
        self._ours: dict[Property, dict[str, Claim]] = defaultdict(dict)
        self._field: dict[Property, tuple[Claim, ...]] = {}
        self._properties: dict[int, set[str]] = defaultdict(set)

    def __contains__(self, claim_id: str) -> bool:
        """Whether a claim of ours with this id stands."""
        return claim_id in self._claims

    def all(self) -> Iterable[Claim]:
        """Every claim, those in the field too."""
        yield from self._claims.values()
        for claims in self._field.values():
            yield from claims

    def get(self, claim_id: str) -> Claim | None:
        """One claim, ours or in the field."""
        claim = self._claims.get(claim_id)
        if claim is not None:
            return claim
        return next((c for claims in self._field.values() for c in claims if c.id == claim_id), None)

    def ours(self, claim_id: str) -> Claim | None:
        """One claim of ours."""
        return self._claims.get(claim_id)

    def of(self, key: Property) -> Sequence[Claim]:
        """The stack of one property, the winner first."""
        return ranked([*self._ours.get(key, {}).values(), *self._field.get(key, ())])

    def driven(self, key: Property, *, added: Claim | None = None, removed: Collection[str] = ()) -> Claim | None:
        """The winner when it is ours to drive, with a claim more or some less; None when the field decides."""
        standing = [claim for claim in self.of(key) if claim.id not in removed]
        if added is not None:
            standing = [*ranked([*standing, added])]
        return standing[0] if standing and not standing[0].is_read_only else None

    def has_ours(self, key: Property) -> bool:
        """Whether we claim this property."""
        return bool(self._ours.get(key))

    def properties(self, asset_id: int) -> Sequence[str]:
        """The properties of an asset that were ever claimed."""
        return sorted(self._properties.get(asset_id, ()))

    def take(self, claim: Claim) -> None:
        """It stands from now on."""
        self._claims[claim.id] = claim
        self._ours[claim.asset_id, claim.property][claim.id] = claim
        self._properties[claim.asset_id].add(claim.property)

    def drop(self, claim: Claim) -> None:
        """It stands no more."""
        del self._claims[claim.id]
        del self._ours[claim.asset_id, claim.property][claim.id]

    def take_field(self, key: Property, claims: Sequence[Claim]) -> tuple[Sequence[Claim], Sequence[Claim]]:
        """What lives in the field for a property now, read-only; gives what stood before and what stands."""
        before = self._field.get(key, ())
        after = tuple(
            msgspec.structs.replace(claim, asset_id=key[0], property=key[1], is_read_only=True)
            for claim in claims
            if claim.id not in self._claims
        )
        if after:
            self._field[key] = after
            self._properties[key[0]].add(key[1])
        else:
            self._field.pop(key, None)
        return before, after
