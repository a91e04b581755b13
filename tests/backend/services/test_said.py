"""What services say can be read by people and by consoles in another language."""

import pytest

from backend.api.problems import ProblemError
from backend.devkit.adapter import Outcome
from backend.services.claim_book import ClaimRefused
from backend.services.said import NOTHING, Said, joined, quoted, say
from contract.commands import CommandState
from tests.backend.services.rig import DARK_CABINET, LAMPS, LIGHTING, SmallCity

LAMP = LAMPS[0]


def test_a_sentence_says_the_same_to_people_and_machines() -> None:
    said = say("silent_since", since="21:04 CET")
    assert said == Said("does not answer since 21:04 CET", "silent_since", {"since": "21:04 CET"})
    assert str(said) == said.text
    assert not NOTHING


def test_sentences_are_joined_each_once() -> None:
    parts = [say("silent_since", since="21:04 CET"), NOTHING, say("link_down", connection="x"), say("never_heard")]
    both = joined([*parts, parts[0]])
    assert both.text.count("does not answer") == 1
    assert both.code == "silent_since+link_down+never_heard"
    assert both.args == {"since": "21:04 CET", "connection": "x"}


@pytest.mark.parametrize("other", [say("silent_since", since="21:10 CET"), Said("words alone")])
def test_what_one_code_cannot_carry_is_told_in_words(other: Said) -> None:
    both = joined([say("silent_since", since="21:04 CET"), other])
    assert (both.code, both.args) == ("", {})
    assert other.text in both.text


def test_what_a_device_said_is_handed_on_as_it_is() -> None:
    assert quoted("{not a blank}").args == {"text": "{not a blank}"}
    assert joined([quoted("{x}"), say("never_heard")]).text.startswith("{x}; ")


async def test_a_dark_lamp_tells_why_in_codes_too(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.gateway.dark.update(LAMPS)
    city.sink.assets_unreachable(list(LAMPS), "no answer over the lighting line")
    await city.tells(DARK_CABINET, "supplyLoss", True)
    await city.pass_time(10)
    await city.claim([LAMP], 100)
    command = await city.last_command(LAMP)
    assert command.state is CommandState.UNKNOWN
    assert command.detail_code == "silent_since+cabinet_lost_supply"
    assert command.detail_args == {"since": "22:00 CET", "feeder": "ARM-0213"}
    why = city.claims.explain(LAMP, "level_percent")
    assert why.detail_code == "silent_since+cabinet_lost_supply+last_unknown"
    assert why.detail_args == command.detail_args
    assert city.devices.connection_of(LAMP) == LIGHTING


async def test_what_an_integration_says_keeps_a_code_that_consoles_know(city: SmallCity) -> None:
    await city.all_lamps_burn()
    for code, kept in (("not_shown", "not_shown"), ("made_up", "quoted")):
        city.gateway.answer = [Outcome(asset_id=LAMP, state=CommandState.UNKNOWN, detail="it said nothing", code=code)]
        await city.claim([LAMP], 100)
        command = await city.last_command(LAMP)
        assert (command.detail, command.detail_code) == ("it said nothing", kept)
        city.clock.pass_time(1)


async def test_a_refusal_reaches_the_console_with_its_code(city: SmallCity) -> None:
    with pytest.raises(ClaimRefused) as caught:
        await city.claim([LAMP], 101)
    problem = ProblemError(409, "claim-refused", "Nothing was claimed.", caught.value.said).problem
    assert problem.detail == "level_percent is between 0 and 100 %"
    assert problem.detail_code == "is_between"
    assert problem.detail_args == {"property": "level_percent", "low": "0", "high": "100 %"}
