"""Links proposed from past failures, on generated histories of which the truth is known."""

import random
from collections.abc import Iterable, Mapping, Sequence

import pytest

from backend.domain.alarms.links_learning import Failure, Proposal, Wish, propose
from contract.assets import FeedKind

DAY, HOUR = 86_400.0, 3600.0
POWER, NETWORK = FeedKind.POWER, FeedKind.NETWORK
CABINET, OTHER, LAMP = 1, 2, 100


def outage(feeder: int, fed: Iterable[int], start: float, lasts: float = 600.0) -> list[Failure]:
    """A feeder loses its supply, and what it feeds falls silent with it."""
    return [
        Failure(feeder, start, start + lasts, POWER),
        *(Failure(one, start + 2, start + lasts + 5, NETWORK) for one in fed),
    ]


def asked(
    failures: Iterable[Failure],
    children: Iterable[int] = (LAMP,),
    feeders: Iterable[int] = (CABINET, OTHER),
    known: Mapping[int, int] | None = None,
    rejected: Iterable[tuple[int, int]] = (),
) -> Sequence[Proposal]:
    """What is proposed for assets without a known power feeder."""
    barred = set(rejected)
    return propose(
        failures,
        [Wish(child, POWER) for child in children],
        set(feeders),
        fed_by=lambda child, _kind: (known or {}).get(child),
        is_barred=lambda wish, feeder: (wish.asset_id, feeder) in barred,
    )


def test_a_lamp_that_goes_and_comes_with_its_cabinet_on_three_days_is_proposed_with_the_dates() -> None:
    history = [one for day in (1, 4, 9) for one in outage(CABINET, [LAMP], day * DAY + 20 * HOUR)]
    (proposal,) = asked(history)
    assert (proposal.wish, proposal.feeder, proposal.support, proposal.day_count) == (Wish(LAMP, POWER), CABINET, 3, 3)
    assert list(proposal.together) == [day * DAY + 20 * HOUR for day in (1, 4, 9)]
    assert (list(proposal.stayed_up), proposal.failed_alone) == ([], 0)
    assert proposal.confidence == pytest.approx(3 / 3.5)


def test_once_is_not_enough_nor_is_one_bad_night() -> None:
    assert not asked(outage(CABINET, [LAMP], DAY))
    midnight = 5 * DAY
    night = [one for hour in (-2, -1, 0.5, 1, 2) for one in outage(CABINET, [LAMP], midnight + hour * HOUR)]
    assert not asked(night), "five times around one midnight is one occasion"


def test_who_comes_back_at_another_time_did_not_hang_there() -> None:
    apart = [
        failure
        for day in (1, 2, 3)
        for failure in (
            Failure(CABINET, day * DAY, day * DAY + 600, POWER),
            Failure(LAMP, day * DAY + 2, day * DAY + 4000, NETWORK),
        )
    ]
    assert not asked(apart)
    assert not asked([Failure(CABINET, DAY, None, POWER), Failure(LAMP, DAY, None, NETWORK)]), "not over yet"


def test_each_counter_example_lowers_it() -> None:
    history = [one for day in range(1, 5) for one in outage(CABINET, [LAMP], day * DAY)]
    sure = asked(history)[0].confidence
    alone = [Failure(LAMP, (20 + n) * DAY, (20 + n) * DAY + 60) for n in range(2)]
    (less,) = asked([*history, *alone])
    assert (less.failed_alone, less.confidence < sure) == (2, True)
    stayed = outage(CABINET, [], 30 * DAY)
    (still_less,) = asked([*history, *stayed])
    assert (len(still_less.stayed_up), still_less.confidence < less.confidence + 0.01) == (1, True)
    often_alone = [Failure(LAMP, (40 + n) * DAY, (40 + n) * DAY + 60) for n in range(8)]
    assert not asked([*history, *often_alone]), "who fails by itself again and again proves little"
    assert not asked([*history, *stayed, *outage(CABINET, [], 31 * DAY)])


def test_a_lamp_that_was_dark_already_does_not_count_as_one_that_stayed_up() -> None:
    history = [one for day in (1, 2, 3) for one in outage(CABINET, [LAMP], day * DAY)]
    dark = [Failure(LAMP, 9 * DAY, 12 * DAY), *outage(CABINET, [], 10 * DAY)]
    (proposal,) = asked([*history, *dark])
    assert (list(proposal.stayed_up), proposal.failed_alone) == ([], 1)


def test_two_cabinets_that_always_fail_together_are_a_tie_and_a_tie_is_not_proposed() -> None:
    both = [
        one
        for day in (1, 2, 3, 4)
        for one in [*outage(CABINET, [LAMP], day * DAY), Failure(OTHER, day * DAY + 1, day * DAY + 601, POWER)]
    ]
    assert not asked(both)
    only_one = [one for day in (8, 9) for one in outage(CABINET, [LAMP], day * DAY)]
    assert [proposal.feeder for proposal in asked([*both, *only_one])] == [CABINET]


def test_what_was_rejected_stays_rejected_and_no_second_best_takes_its_place() -> None:
    history = [one for day in (1, 2, 3) for one in outage(CABINET, [LAMP], day * DAY)]
    assert not asked(history, rejected=[(LAMP, CABINET)])


def test_silence_of_a_feeder_says_nothing_of_power() -> None:
    silent = [
        Failure(one.asset_id, one.start, one.end, NETWORK) for d in (1, 2, 3) for one in outage(1, [LAMP], d * DAY)
    ]
    assert not asked(silent)
    network = propose(
        silent, [Wish(LAMP, NETWORK)], {CABINET}, fed_by=lambda _a, _k: None, is_barred=lambda _w, _f: False
    )
    assert [one.feeder for one in network] == [CABINET]
    # A cabinet without power is silent too: the two are one outage, of power.
    mixed = [one for d in (1, 2, 3) for one in outage(1, [LAMP], d * DAY)]
    mixed += [Failure(CABINET, d * DAY + 4, d * DAY + 602, NETWORK) for d in (1, 2, 3)]
    assert [one.feeder for one in asked(mixed)] == [CABINET]


def test_a_flood_makes_no_links() -> None:
    """Storms in which everything fails at about the same time, on many days: nothing is learned from them."""
    random.seed(5)
    storms = [
        Failure(
            one,
            day * DAY + random.uniform(0, 8),
            day * DAY + 900 + random.uniform(0, 8),
            POWER if one < 40 else NETWORK,
        )
        for day in range(10)
        for one in [*range(20), *range(1000, 3000)]
    ]
    assert not asked(storms, children=range(1000, 3000), feeders=range(20))
    one_cabinet = [one for one in storms if one.asset_id == 7 or one.asset_id >= 1000]
    assert not asked(one_cabinet, children=range(1000, 3000), feeders=range(20)), "one cabinet among 2,000 lamps"


def test_children_that_a_known_feeder_explains_do_not_hide_their_feeder_s_own() -> None:
    """A switch takes twenty cabinets and their 800 lamps with it: it is still seen to feed the cabinets."""
    cabinets, switch = range(10, 30), 1
    lamps = {1000 + n: 10 + n % 20 for n in range(800)}
    history = [one for day in (1, 2, 3) for one in outage(switch, [*cabinets, *lamps], day * DAY)]
    found = asked(history, children=cabinets, feeders=[switch], known=lamps)
    assert {(one.wish.asset_id, one.feeder) for one in found} == {(cabinet, switch) for cabinet in cabinets}


@pytest.mark.parametrize("seed", range(4))
def test_a_year_of_a_city_with_noise_is_read_with_precision(seed: int) -> None:
    """40 cabinets, 1,200 lamps of which a third have no known feeder; outages, lonely failures, thunderstorms."""
    dice = random.Random(seed)
    truth = {1000 + n: 1 + n // 30 for n in range(1200)}
    unknown = set(dice.sample(sorted(truth), 400))
    known = {lamp: cabinet for lamp, cabinet in truth.items() if lamp not in unknown}
    history: list[Failure] = []
    for cabinet in range(1, 41):
        fed = [lamp for lamp, feeder in truth.items() if feeder == cabinet]
        for _ in range(dice.randint(0, 6)):
            start, lasts = dice.uniform(0, 365 * DAY), dice.uniform(120, 4 * HOUR)
            heard = [lamp for lamp in fed if dice.random() > 0.05]  # one in twenty reports is lost
            history.append(Failure(cabinet, start, start + lasts, POWER))
            history += [
                Failure(lamp, start + dice.uniform(-3, 6), start + lasts + dice.uniform(0, 20), NETWORK)
                for lamp in heard
            ]
    for lamp in truth:  # by themselves
        for _ in range(dice.choice([0, 0, 0, 1, 2])):
            start = dice.uniform(0, 365 * DAY)
            history.append(Failure(lamp, start, start + dice.uniform(60, DAY), NETWORK))
    for _ in range(12):  # thunderstorms: a random half of everything, within seconds
        start = dice.uniform(0, 365 * DAY)
        struck = dice.sample([*truth, *range(1, 41)], 600)
        history += [
            Failure(one, start + dice.uniform(0, 9), start + 600 + dice.uniform(0, 9), POWER if one <= 40 else NETWORK)
            for one in struck
        ]
    found = asked(history, children=unknown, feeders=range(1, 41), known=known)
    right = sum(truth[one.wish.asset_id] == one.feeder for one in found)
    precision, recall = right / len(found), right / len(unknown)
    print(f"seed {seed}: {len(found)} proposals, precision {precision:.3f}, found {recall:.2f} of what is unknown")
    assert precision >= 0.99
    assert recall >= 0.4, "cabinets that failed on fewer than two days cannot be learned"
