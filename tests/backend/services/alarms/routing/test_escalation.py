"""What happens at night when nobody acknowledges."""

import msgspec
import pytest

from backend.services.alarms.routing.carriers.carrier import Result, Tried
from backend.services.said import Said
from contract.alarm_routing import QuietHours, Step, Target, TargetKind
from contract.alarms import Annunciation, Priority
from contract.assets import Commune
from contract.rights import Level, Scope
from tests.backend.services.alarms.routing.room import MAIL, ROSTER, SEATS, SMS, Room, contact

TWO_STEPS = (Step(targets=(SEATS,), after_s=60.0), Step(targets=(ROSTER,), after_s=120.0))


async def test_the_seats_ring_again_then_the_person_on_call_is_told_then_the_last_resort(room: Room) -> None:
    await room.set_up(
        contact("anna"), contact("chief"), steps=TWO_STEPS, last_resort=(Target(kind=TargetKind.CONTACT, id="chief"),)
    )
    await room.routing.book.save_people(
        msgspec.structs.replace(
            room.routing.book.people,
            rosters=(
                msgspec.structs.replace(
                    room.routing.book.people.rosters[0],
                    shifts=(
                        msgspec.structs.replace(room.routing.book.people.rosters[0].shifts[0], contacts=("anna",)),
                    ),
                ),
            ),
        ),
        by="admin",
    )
    room.raise_alarm()
    await room.pass_time(59)
    assert room.seen().escalation_level == 0
    await room.pass_time(2)
    assert (room.seen().rings, room.seen().escalation_level, room.mails()) == (1, 1, [])
    await room.pass_time(120)
    assert (room.seen().escalated_to, room.mails()) == (("Astreinte",), ["anna"])
    await room.pass_time(600)
    assert (room.seen().rings, room.mails()) == (2, ["anna", "chief"])
    assert room.told_again == [7, 7, 7]
    await room.pass_time(7200)
    assert room.mails() == ["anna", "chief"]


async def test_an_acknowledgement_stops_it_before_the_next_step_and_those_told_learn_of_it(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0), *TWO_STEPS))
    room.raise_alarm()
    await room.pass_time(65)
    room.acknowledge()
    await room.pass_time(3600)
    raised, ended = room.ways[MAIL].letters
    assert "ARM-0213" in raised.text
    assert ended.title.startswith("Fin")
    assert "prise en charge" in ended.text
    assert room.seen().escalation_level == 0
    assert await room.storage.records("alarm_escalation") == {}


async def test_an_acknowledgement_while_the_message_waits_to_leave_keeps_it_from_leaving(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm()
    await room.routing.look()
    room.clock.pass_time(60)
    await room.routing.look()
    room.acknowledge()
    await room.pass_time(60)
    assert room.mails() == []
    assert (await room.log())[-1] == "not_needed anna"
    assert await room.kept() == 0


async def test_what_is_over_by_itself_explained_or_set_aside_wakes_nobody(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm(1)
    room.raise_alarm(2)
    room.raise_alarm(3)
    await room.pass_time(30)
    room.change(1, msgspec.structs.replace(room.alarms[1], annunciation=Annunciation.RTNUN, is_active=False))
    room.change(2, msgspec.structs.replace(room.alarms[2], folded_into=9, is_suppressed=True))
    room.change(3, msgspec.structs.replace(room.alarms[3], is_shelved=True))
    await room.pass_time(3600)
    assert room.mails() == []


async def test_a_room_that_nobody_sits_in_waits_for_nobody(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=600.0),))
    room.there.clear()
    room.sits("elsewhere", Level.OPERATE, "21515")
    room.raise_alarm()
    await room.pass_time()
    assert room.mails() == ["anna"]


async def test_who_is_on_duty_and_may_act_there_is_told_and_nobody_else(room: Room) -> None:
    steps = (Step(targets=(Target(kind=TargetKind.ON_DUTY),), after_s=60.0),)
    await room.set_up(contact("anna"), contact("bruno"), contact("chloe"), steps=steps)
    room.sits("bruno", Level.OPERATE, "21515")
    room.sits("chloe")
    people = tuple(msgspec.structs.replace(one, user=one.id) for one in room.routing.book.people.contacts[1:])
    book = room.routing.book.people
    await room.routing.book.save_people(msgspec.structs.replace(book, contacts=(book.contacts[0], *people)), by="admin")
    room.raise_alarm()
    await room.pass_time(60)
    assert room.mails() == ["chloe"]


async def test_a_step_that_comes_to_nobody_gives_way_to_the_next_at_once(room: Room) -> None:
    gone = Target(kind=TargetKind.ON_DUTY)
    steps = (Step(targets=(gone,), after_s=60.0), Step(targets=(ROSTER,), after_s=3600.0))
    await room.set_up(contact("anna"), steps=steps)
    room.raise_alarm()
    await room.pass_time(65)
    assert room.mails() == ["anna"]
    assert (await room.log())[0] == "nobody"


async def test_without_any_rule_the_seats_ring_again_all_the_same(room: Room) -> None:
    room.raise_alarm(1)
    room.raise_alarm(2, priority=Priority.P4)
    await room.pass_time(605)
    assert (room.seen(1).rings, room.seen(2).rings) == (1, 0)
    assert room.routing.escalations.nobody_reached
    room.acknowledge(1)
    await room.pass_time()
    assert not room.routing.escalations.nobody_reached


async def test_a_message_that_cannot_leave_brings_the_next_step_forward(room: Room) -> None:
    steps = (Step(targets=(ROSTER,), after_s=60.0), Step(targets=(SEATS,), after_s=3600.0))
    await room.set_up(contact("anna"), steps=steps)
    room.ways[MAIL].usual = Tried(Result.DOWN, Said("gone"))
    room.raise_alarm()
    await room.pass_time(240)
    assert room.seen().rings == 1
    assert await room.kept() == 1  # it is still promised
    room.ways[MAIL].usual = Tried(Result.DELIVERED)
    await room.pass_time(600)
    assert (await room.log()).count("delivered anna") == 1


async def test_in_a_group_of_strays_one_message_stands_for_all_and_another_takes_its_place(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    for id_ in range(1, 41):
        room.raise_alarm(id_, stray_group="lamps")
    await room.pass_time(70)
    assert room.mails() == ["anna"]
    room.acknowledge(1)
    await room.pass_time(70)
    assert len(room.mails()) == 3  # the first is taken care of, a second one is told
    assert room.seen(2).escalation_level == 1


async def test_a_storm_reaches_a_person_as_a_few_messages_and_a_count(room: Room) -> None:
    await room.set_up(contact("anna", most_an_hour=3), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    for id_ in range(1, 31):
        room.raise_alarm(id_)
    await room.pass_time(70)
    assert len(room.mails()) == 3
    await room.pass_time(3600)
    assert len(room.mails()) == 4
    digest = room.ways[MAIL].letters[-1]
    assert "27 alarme(s) de plus" in digest.text
    assert "27 P2" in digest.text


async def test_who_sleeps_is_told_in_the_morning_how_much_there_was(room: Room) -> None:
    quiet = (QuietHours(from_minute=22 * 60, to_minute=7 * 60),)
    await room.set_up(contact("anna", quiet=quiet), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm(1, priority=Priority.P3)
    await room.pass_time(3600 * 3, step=300)
    assert room.mails() == []
    await room.pass_time(3600 * 3, step=300)
    assert "1 P3" in room.ways[MAIL].letters[-1].text


@pytest.mark.parametrize("may_see", [True, False])
async def test_a_message_says_what_its_receiver_may_see_and_nothing_of_anybody(room: Room, may_see: bool) -> None:
    scope = Scope(communes=("21231" if may_see else "21515",))
    await room.set_up(contact("anna", scope=scope), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm()
    await room.pass_time(70)
    letter = room.ways[MAIL].letters[0]
    said = letter.title + letter.text + letter.short + str(letter.facts)
    assert ("ARM-0213" in said) is may_see
    assert ("Dijon" in said) is may_see
    assert "secret.person" not in said
    assert "anna" not in said.lower()


async def test_rights_that_were_taken_meanwhile_hold_for_what_waits(room: Room) -> None:
    user = room.sits("anna")
    await room.set_up(contact("anna", user="anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.ways[MAIL].answers = [Tried(Result.LATER, Said("greylisted"))]
    room.raise_alarm()
    await room.pass_time(60)
    room.users["anna"] = msgspec.structs.replace(user, grants=())
    await room.pass_time(60)
    first, second = room.ways[MAIL].letters
    assert "ARM-0213" in first.text
    assert "ARM-0213" not in second.text
    assert first.key == second.key


async def test_who_may_read_it_is_asked_where_the_asset_lies_when_the_message_goes_out(room: Room) -> None:
    room.sits("anna", Level.OPERATE, "21231")
    room.sits("luc", Level.OPERATE, "21515")
    targets = tuple(Target(kind=TargetKind.CONTACT, id=id_) for id_ in ("anna", "luc"))
    await room.set_up(
        contact("anna", user="anna"), contact("luc", user="luc"), steps=(Step(targets=targets, after_s=60.0),)
    )
    room.ways[MAIL].answers = [Tried(Result.LATER, Said("greylisted"))] * 2
    room.raise_alarm()
    await room.pass_time(60)
    cabinet = room.register.get(1)
    assert cabinet is not None
    quetigny = Commune(code="21515", name="Quetigny", lon=5.1, lat=47.3)
    moved = msgspec.structs.replace(cabinet, commune="21515")
    await room.register.apply([moved], "system", note="the border was moved", communes=[quetigny])
    await room.pass_time(60)
    told = [(letter.to.partition("@")[0], letter.text) for letter in room.ways[MAIL].letters]
    first, second = dict(told[:2]), dict(told[2:])
    assert "Dijon" in first["anna"]
    assert "ARM-0213" not in first["luc"]
    assert "ARM-0213" not in second["anna"], "it is not of her commune any more"
    assert "ARM-0213" in second["luc"]
    assert "Quetigny" in second["luc"]


async def test_an_alarm_that_comes_again_waits_no_longer_for_that(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm()
    await room.pass_time(50)
    room.raise_alarm(priority=Priority.P1)
    await room.pass_time(15)
    assert room.mails() == ["anna"]


async def test_the_second_address_is_taken_when_the_first_is_refused_or_its_channel_is_down(room: Room) -> None:
    await room.set_up(contact("anna", SMS, MAIL), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.ways[SMS].answers = [Tried(Result.REFUSED, Said("no such number"))]
    room.raise_alarm(1)
    await room.pass_time(65)
    assert (len(room.ways[SMS].letters), room.mails()) == (1, ["anna"])
    room.ways[SMS].usual = Tried(Result.DOWN, Said("gone"))
    for id_ in (2, 3, 4, 5):
        room.raise_alarm(id_)
    await room.pass_time(120, step=10)
    assert len(room.mails()) == 5
    assert len(room.ways[SMS].letters) <= 1 + 4


async def test_the_sheet_of_an_alarm_says_how_long_there_is_to_respond(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,)),))
    room.sheets["supplyLoss"] = 90.0
    room.raise_alarm(1)
    room.raise_alarm(2, kind="other")
    await room.pass_time(95, step=5)
    assert (room.seen(1).escalation_level, room.seen(2).escalation_level) == (1, 0)
    await room.pass_time(600)
    assert room.seen(2).escalation_level == 1


async def test_in_a_storm_the_highest_are_told_first(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(SEATS,), after_s=60.0),))
    for id_ in range(1, 301):
        room.raise_alarm(id_, priority=Priority.P1 if id_ > 250 else Priority.P2)
    await room.routing.look()
    room.clock.pass_time(60)
    await room.routing.look()
    rung = [id_ for id_ in range(1, 301) if room.seen(id_).rings]
    assert set(range(251, 301)) <= set(rung)
    assert len(rung) < 300
    await room.routing.look()
    assert all(room.seen(id_).rings for id_ in range(1, 301))


async def test_killed_as_an_alarm_ends_who_was_told_of_it_is_told_that_it_is_over(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    alarm = room.raise_alarm()
    await room.pass_time(120)
    assert room.mails() == ["anna"]
    room.alarms[alarm.id] = msgspec.structs.replace(alarm, is_active=False, annunciation=Annunciation.NORM)
    monkeypatch.setattr(room, "standing", tuple)  # it rests: the desk does not list it any more
    await room.restart()
    await room.pass_time(120)
    assert room.mails() == ["anna", "anna"]
    assert room.ways[MAIL].letters[-1].title.startswith("Fin : ")
