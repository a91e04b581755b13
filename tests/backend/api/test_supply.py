"""What feeds what, through the API: seen within rights, mended with a way back, taken from files as one unit."""

import msgspec
import pytest

from backend.ports import JournalQuery
from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import AssetPage
from contract.assets import Asset, FeedKind
from contract.journal import EntryKind
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from contract.supply import (
    FeedChange,
    FeedChanges,
    FeedLink,
    FeedRequest,
    FeedSource,
    Learning,
    LearningState,
    LearnRequest,
    LineOutcome,
    MissingFeeders,
    ProposalAnswer,
    ProposalPick,
    SupplyImport,
    SupplyPage,
)
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes
from tests.eventually import eventually

POWER, NETWORK = FeedKind.POWER, FeedKind.NETWORK
MANAGES_DIJON = (Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,))),)
SEES_ALL_MANAGES_DIJON = (Grant(level=Level.VIEW), *MANAGES_DIJON)


@pytest.fixture
async def anne(served: ServedCity, city: TwoCommunes) -> Session:
    """May do everything."""
    await city.account("anne", EVERYTHING)
    return await served.login("anne")


def link(asset: Asset, feeder: Asset | None, kind: FeedKind = POWER) -> FeedLink:
    return FeedLink(asset_id=asset.id, version=asset.version, kind=kind, feeder=None if feeder is None else feeder.id)


async def feed(session: Session, *links: FeedLink) -> FeedChange:
    return await session.post_for("/supply/feeders", FeedRequest(links=links, reason="relevé sur place"), FeedChange)


async def tree(session: Session, kind: FeedKind = POWER, parent: int | None = None) -> SupplyPage:
    query = {"kind": kind.value} | ({} if parent is None else {"parent": parent})
    return await session.get("/supply/tree", SupplyPage, query)


async def take(session: Session, text: str | bytes, seal: str = "") -> SupplyImport:
    content = text.encode() if isinstance(text, str) else text
    return await session.post_file(f"/supply/imports?name=sources.csv&seal={seal}", content, SupplyImport)


def now(city: TwoCommunes, asset: Asset) -> Asset:
    found = city.register.get(asset.id)
    assert found is not None
    return found


async def test_the_tops_and_what_hangs_on_them_with_counts_and_states(anne: Session, city: TwoCommunes) -> None:
    await city.say(Reading(city.cabinet().id, "supplyLoss", True))
    await city.say(Reading(city.lamps()[0].id, "lampFailure", True))
    tops = await tree(anne)
    assert [(node.code, node.child_count, node.fed_count) for node in tops.items] == [
        ("ARM-21231-01", 3, 3),
        ("ARM-21515-01", 3, 3),
    ]
    assert [node.is_down for node in tops.items] == [True, False]
    assert (tops.items[0].alarm_count, tops.items[1].down_count) == (1, 0)
    below = await tree(anne, parent=tops.items[0].asset_id)
    assert [node.code for node in below.items] == [f"PL-21231-{n}" for n in range(3)]
    assert (await tree(anne, NETWORK)).total == 0


async def test_who_names_no_feeder_is_listed_and_not_given_one(anne: Session, city: TwoCommunes) -> None:
    lamp = city.lamps()[0]
    await feed(anne, link(lamp, None))
    missing = (await anne.get("/supply/missing", MissingFeeders)).classes
    counted = {(one.class_, one.kind): (one.missing, one.total) for one in missing}
    assert counted == {
        ("camera", NETWORK): (2, 2),
        ("camera", POWER): (2, 2),
        ("lighting_cabinet", NETWORK): (2, 2),
        ("streetlight", POWER): (1, 6),
    }
    query = {"class": "streetlight", "kind": "power"}
    assert [one.code for one in (await anne.get("/supply/missing/assets", AssetPage, query)).items] == [lamp.code]


async def test_a_lamp_is_hung_elsewhere_and_back_again(anne: Session, city: TwoCommunes) -> None:
    lamp, other = city.lamps()[0], city.cabinet(QUETIGNY)
    change = await feed(anne, link(lamp, other))
    assert (change.source, change.links[0].before_code, change.links[0].after_code) == (
        FeedSource.HAND,
        "ARM-21231-01",
        "ARM-21515-01",
    )
    assert lamp.id in city.register.supply_children(other.id)
    entry = (await city.storage.journal(JournalQuery(kinds=(EntryKind.ASSET,), limit=1)))[0]
    assert entry.payload["feeds"] == [
        {"code": lamp.code, "kind": "power", "from": "ARM-21231-01", "to": "ARM-21515-01"}
    ]
    assert entry.actor == "anne"
    undone = await anne.post_for(f"/supply/changes/{change.id}/undo", None, FeedChange)
    assert now(city, lamp).supply_parent == city.cabinet().id
    assert undone.undoes == change.id
    told = (await anne.get("/supply/changes", FeedChanges)).items
    assert [(one.source, bool(one.undone_by)) for one in told] == [(FeedSource.UNDO, False), (FeedSource.HAND, True)]
    with pytest.raises(Refused, match="undone already"):
        await anne.post_for(f"/supply/changes/{change.id}/undo", None, FeedChange)
    await anne.post_for(f"/supply/changes/{undone.id}/undo", None, FeedChange)
    assert now(city, lamp).supply_parent == other.id, "what was taken back can be done again"


async def test_who_looked_at_an_older_state_is_told_and_nothing_is_half_done(anne: Session, city: TwoCommunes) -> None:
    first, second, other = city.lamps()[0], city.lamps()[1], city.cabinet(QUETIGNY)
    await feed(anne, link(first, other))
    with pytest.raises(Refused, match=f"changed {first.code} meanwhile"):
        await feed(anne, link(second, other), link(first, city.cabinet()))
    assert now(city, second).supply_parent == city.cabinet().id


async def test_an_undo_does_not_overrun_what_came_after(anne: Session, city: TwoCommunes) -> None:
    lamp = city.lamps()[0]
    change = await feed(anne, link(lamp, city.cabinet(QUETIGNY)))
    await feed(anne, link(now(city, lamp), None))
    with pytest.raises(Refused, match="another feeder since"):
        await anne.post_for(f"/supply/changes/{change.id}/undo", None, FeedChange)
    assert now(city, lamp).supply_parent is None


async def test_what_cannot_feed_is_refused_in_words(anne: Session, city: TwoCommunes) -> None:
    lamp, cabinet, camera = city.lamps()[0], city.cabinet(), city.camera()
    for links, words in (
        ([link(camera, lamp)], "feeds nothing with power"),
        ([link(cabinet, cabinet)], "cannot feed itself"),
        ([link(lamp, cabinet)], "hangs there already"),
        ([link(lamp, None), link(lamp, city.cabinet(QUETIGNY))], "named twice"),
        ([], "at least one link"),
    ):
        with pytest.raises(Refused, match=words):
            await feed(anne, *links)
    await feed(anne, link(cabinet, city.cabinet(QUETIGNY), NETWORK))
    with pytest.raises(Refused, match="in a circle: ARM-21515-01 ← ARM-21231-01 ← ARM-21515-01"):
        await feed(anne, link(city.cabinet(QUETIGNY), cabinet, NETWORK))


async def test_one_changes_only_what_one_manages_on_both_ends(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("paul", SEES_ALL_MANAGES_DIJON)
    await city.account("lea", MANAGES_DIJON)
    paul, lea = await served.login("paul"), await served.login("lea")
    ours, theirs = city.lamps()[0], city.lamps(QUETIGNY)[0]
    for session, one in ((paul, link(theirs, city.cabinet())), (paul, link(ours, city.cabinet(QUETIGNY)))):
        with pytest.raises(Refused) as refused:
            await feed(session, one)
        assert refused.value.problem.status == 403
    with pytest.raises(Refused) as unseen:
        await feed(lea, link(ours, city.cabinet(QUETIGNY)))
    assert unseen.value.problem.status == 404, "what one may not see does not exist"
    assert [node.code for node in (await tree(lea)).items] == ["ARM-21231-01"]
    assert (await lea.get("/supply/missing", MissingFeeders)).classes[0].total == 1


async def test_a_change_elsewhere_is_neither_told_nor_undone(
    served: ServedCity, city: TwoCommunes, anne: Session
) -> None:
    await city.account("lea", MANAGES_DIJON)
    lea = await served.login("lea")
    change = await feed(anne, link(city.lamps(QUETIGNY)[0], None))
    assert not (await lea.get("/supply/changes", FeedChanges)).items
    with pytest.raises(Refused) as refused:
        await lea.post_for(f"/supply/changes/{change.id}/undo", None, FeedChange)
    assert refused.value.problem.status == 404


async def test_a_file_is_shown_then_taken_as_one_and_taken_back_as_one(anne: Session, city: TwoCommunes) -> None:
    lamps, other = city.lamps(), city.cabinet(QUETIGNY)
    text = (
        "Équipement;Classe;Alimenté par;Sorte\n"
        f"{lamps[0].code};streetlight;{other.code};alimentation\n"
        f"{lamps[1].code};;-;\n"
        f"{lamps[2].code};;lighting_cabinet:{city.cabinet().code};\n"
        f"{city.camera().code};camera;{other.code};réseau\n"
    ).encode("cp1252")
    shown = await take(anne, text)
    assert (shown.is_done, shown.added_count, shown.changed_count, shown.unchanged_count) == (False, 1, 2, 1)
    assert {(one.line, one.outcome, one.before, one.after) for one in shown.lines} == {
        (1, LineOutcome.CHANGED, "ARM-21231-01", "ARM-21515-01"),
        (2, LineOutcome.CHANGED, "ARM-21231-01", ""),
        (4, LineOutcome.ADDED, "", "ARM-21515-01"),
    }
    assert now(city, lamps[0]).supply_parent == city.cabinet().id, "looking changes nothing"
    done = await take(anne, text, shown.seal)
    assert done.is_done
    assert done.change is not None
    assert (done.change.source, done.change.link_count, done.change.reason) == (FeedSource.FILE, 3, "sources.csv")
    assert now(city, city.camera()).network_parent == other.id
    await anne.post_for(f"/supply/changes/{done.change.id}/undo", None, FeedChange)
    assert [now(city, lamp).supply_parent for lamp in lamps] == [city.cabinet().id] * 3
    assert now(city, city.camera()).network_parent is None


async def test_a_file_with_wrong_lines_says_which_and_nothing_is_taken(
    served: ServedCity, city: TwoCommunes, anne: Session
) -> None:
    good, cabinet = city.lamps()[0].code, city.cabinet().code
    text = (
        "child,feeder,kind\n"
        f"{good},ARM-21515-01,\n"
        "PL-unknown,ARM-21515-01,\n"
        f"{good},{cabinet},\n"
        f"{city.camera().code},{good},\n"
        f"{city.camera().code},{cabinet},gas\n"
        f",{cabinet},\n"
        f"{city.camera().code},,\n"
        f"{cabinet},ARM-21515-01,network\n"
        f"ARM-21515-01,{cabinet},network\n"
        "\x1b[31m=cmd|' /C calc'!A0,\u202egnp.exe,power,one too many\n"
    )
    shown = await take(anne, text)
    wrong = {one.line: one.said_code for one in shown.lines if one.outcome is LineOutcome.ERROR}
    assert wrong == {
        2: "supply_unknown",
        3: "supply_line_twice",
        4: "supply_cannot_feed",
        5: "supply_kind",
        6: "supply_no_child",
        7: "supply_no_feeder",
        8: "supply_circle",
        9: "supply_circle",
        10: "supply_bad_row",
    }
    assert [one.outcome for one in shown.lines[:9]] == [LineOutcome.ERROR] * 9, "what is wrong stands first"
    assert "\x1b" not in msgspec.json.encode(shown).decode()
    with pytest.raises(Refused, match="nothing was taken"):
        await take(anne, text, shown.seal)
    await city.account("paul", SEES_ALL_MANAGES_DIJON)
    paul = await served.login("paul")
    (line,) = (await take(paul, f"child,feeder\n{good},ARM-21515-01\n")).lines
    assert (line.said_code, line.said_args) == ("supply_may_not", {"asset": "ARM-21515-01"})


async def test_a_preview_that_is_out_of_date_is_not_taken(anne: Session, city: TwoCommunes) -> None:
    lamp = city.lamps()[0]
    text = f"child,feeder\n{lamp.code},ARM-21515-01\n"
    shown = await take(anne, text)
    await feed(anne, link(lamp, None))
    with pytest.raises(Refused, match="look at the preview again"):
        await take(anne, text, shown.seal)
    again = await take(anne, text)
    assert (await take(anne, text, again.seal)).is_done


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"a,b\n1,2\n", b'child,feeder\n"never closed', b"\x1f\x8b\x08broken", b"child,child\nx,y\n"],
)
async def test_a_file_that_is_none_is_refused_in_words(anne: Session, content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        await take(anne, content)
    assert refused.value.problem.status in {400, 422}
    assert str(refused.value)


async def test_links_are_learned_from_what_the_alarm_desk_wrote_and_confirmed_by_a_person(
    served: ServedCity, city: TwoCommunes
) -> None:
    lamp, cabinet = city.lamps()[0], city.cabinet()
    await city.account("anne", EVERYTHING)
    await feed(await served.login("anne"), link(lamp, None))
    for _day in range(3):
        for is_lost in (True, False):
            await city.say(Reading(cabinet.id, "supplyLoss", is_lost))
            city.alarms.communication_changed([one.id for one in city.lamps()], is_lost=is_lost)
            for _second in range(30):
                await city.alarms.settle()
                city.clock.pass_time(1)
            city.clock.pass_time(600)
        city.clock.pass_time(86_400)
    anne = await served.login("anne")
    begun = await anne.post_for("/supply/learning", LearnRequest(days=30), Learning)
    assert begun.state is LearningState.READING

    async def ended() -> Learning | None:
        found = await anne.get("/supply/learning", Learning)
        return found if found.state is LearningState.DONE else None

    told = await eventually(ended)
    (proposal,) = told.proposals
    assert (proposal.asset_id, proposal.feeder, proposal.support) == (lamp.id, cabinet.id, 3)
    assert now(city, lamp).supply_parent is None, "nobody has said yes yet"
    pick = ProposalPick(asset_id=lamp.id, version=proposal.version, kind=proposal.kind, feeder=cabinet.id)
    change = await anne.post_for("/supply/proposals/confirm", ProposalAnswer(picks=(pick,)), FeedChange)
    assert (change.source, now(city, lamp).supply_parent) == (FeedSource.LEARNED, cabinet.id)
    await anne.post_for(f"/supply/changes/{change.id}/undo", None, FeedChange)
    again = ProposalAnswer(picks=(pick,), reason="wrong street")
    left = await anne.post_for("/supply/proposals/reject", again, Learning)
    assert (left.proposals, left.rejected_count) == ((), 1)
