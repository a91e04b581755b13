"""Who wins a property, against a model small enough to be read."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.claim_rules import ranked, winner
from contract.claims import Claim, Rank

NOW = dt.datetime(2026, 3, 1, 22, 0, tzinfo=dt.UTC)


def a_claim(number: int, rank: Rank, placed_s: int, expires_s: int | None) -> Claim:
    return Claim(
        id=f"claim-{number:03}",
        asset_id=1,
        property="level_percent",
        value=number,
        rank=rank,
        owner="leila",
        reason="dark street",
        placed_at=NOW + dt.timedelta(seconds=placed_s),
        expires_at=None if expires_s is None else NOW + dt.timedelta(seconds=expires_s),
    )


_CLAIMS = st.lists(
    st.tuples(st.sampled_from(list(Rank)), st.integers(-50, 0), st.none() | st.integers(-20, 20)), max_size=8
).map(lambda rows: [a_claim(number, *row) for number, row in enumerate(rows)])


@settings(max_examples=200, database=None, deadline=None)
@given(_CLAIMS)
def test_the_winner_is_the_models(claims: list[Claim]) -> None:
    best: Claim | None = None  # the model: walk through, keep whoever beats the one kept
    for claim in claims:
        if claim.expires_at is not None and claim.expires_at <= NOW:
            continue
        if best is None or (claim.rank, claim.placed_at, claim.id) > (best.rank, best.placed_at, best.id):
            best = claim
    assert winner(claims, NOW) == best


@settings(max_examples=100, database=None, deadline=None)
@given(_CLAIMS)
def test_releasing_the_winner_lets_the_next_apply(claims: list[Claim]) -> None:
    order = ranked(claims)
    for position, claim in enumerate(order):
        rest = order[position:]
        assert ranked(rest)[0] == claim


def test_a_claim_ends_at_its_last_second() -> None:
    claim = a_claim(1, Rank.OPERATOR, -10, 0)
    assert winner([claim], NOW - dt.timedelta(seconds=1)) == claim
    assert winner([claim], NOW) is None
