"""Whatever integrations, the device kit and the services beside them say to people has its French.

Their sources are read: each sentence given to an error, a reason, a trouble or a detail must be known to the console.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from console.kit.said_by_devices import french_book
from contract.devices import LinkState

ROOT: Final = Path(__file__).parents[2]
SPEAKERS: Final = (
    *("backend/integrations", "backend/devkit", "backend/services/onboarding", "backend/services/import_files"),
    *("backend/services/reasons.py", "backend/services/read_back.py", "backend/services/command_answers.py"),
    *("backend/services/command_desk.py", "backend/services/command_memory.py", "backend/services/command_proofs.py"),
    *("backend/services/command_records.py", "backend/services/intake.py", "backend/services/supervisor.py"),
    *("backend/services/integration_catalogue.py", "backend/services/administration/trials.py"),
    *("backend/services/administration/memory_watch.py", "backend/services/disk_watch.py"),
    *("backend/services/audit_copy.py", "backend/services/media.py", "backend/services/footage/recorder.py"),
    *("backend/services/viewing/live.py", "backend/services/viewing/stills.py", "backend/storage/database_lock.py"),
    "media/recorder/keeper.py",
)
NOT_SHOWN: Final = {
    "backend/integrations/onvif_camera/requests.py": "what the simulated camera makes of a request; it answers a fault",
    "backend/integrations/onvif_camera/replies.py": "what the simulated camera answers",
    "backend/integrations/osmand_vehicles/protocol.py": "answered to the phone and counted, told to nobody",
    "backend/integrations/chirpstack_mqtt/protocol.py": "an event that makes no sense is counted and logged",
    "backend/devkit/mqtt/message_table.py": "a message that makes no sense is counted and logged",
    "backend/services/import_files/addresses.py": "address files are taken on the command line, which speaks English",
    "backend/services/import_files/told_lines.py": "between the reading child and us",
}
"""Files whose sentences reach no screen, and why."""
NEVER_SHOWN: Final = {
    "the frame of … ends in the middle of a record": "a frame that makes no sense is counted and logged",
    "a frame that … does not know: …": "a frame that makes no sense is counted and logged",
    "a message is at most … bytes long": "answered to the phone",
    "the body is no text in UTF-8": "answered to the phone",
    "… is no whole number": "answered to the gateway",
    "JPEG, … bytes, SHA-256 …": "says the same in any language",
    "…: …": "a name and what is said of it, which is put into French by itself",
    "… …": "a name and what is said of it, which is put into French by itself",
    "LINESTRING (…)": "a geometry",
    "our own MQTT broker does not start……": "what is filled in is nothing, or a colon and why: both are known",
    "our client id": "what a broker refuses: known in the whole sentence",
    "our version of MQTT": "what a broker refuses: known in the whole sentence",
    "the user name or the password: enter them as user:password": "what a broker refuses: known in the whole sentence",
    "us: no account, a wrong password or one without the right; enter it as user:password": "as the one before",
    "… refuses …": "begins with `the broker at`, and is known so",
    "… cannot be reached: …": "begins with `the broker at`, and is known so",
    "… does not answer": "begins with `the broker at`, and is known so",
    "the certificate of … is not one we trust: …": "filled in with `the broker at`, and is known so",
    "its connection is …": "with a word for the link's state, and known with each of them",
    "the clock of this machine stands … hours … where it should: set it right, or leave it and purging goes on by "
    "itself in 1 to 7 days": "ahead of or behind, and known with both",
    "a part of the backend has something to tell": "why an asset of ours was made; stands in the register",
    "the first camera is recorded": "why an asset of ours was made; stands in the register",
}
"""Sentences that reach no screen, or need no French; … stands for what is filled in."""
RAISED: Final = re.compile(
    r"(ProtocolError|LinkDown|LinkRefused|CommandRefused|AnswerLost|NoAnswer|GatewayRefusal|DeviceError|ValueError|"
    r"RowRefused|FileRefused|OnboardingRefused|MisconfiguredAdapter|IntegrationBroken|_StartFailed|MediaUnavailable|"
    r"OnlyHeard|assets_unreachable|link_changed|Outcome|conclude|_conclude_all|_same|_with|_tell|_all_down|quoted|"
    r"Said|append)"
)
GIVEN: Final = re.compile(
    r"_?(reason|detail|why|doubt|trouble|waits|why_not|refusal|word|problem|said|missing)s?", re.IGNORECASE
)
FILLED: Final = "…"
REFUSED: Final = (
    "our version of MQTT",
    "our client id",
    "the user name or the password: enter them as user:password",
    "us: no account, a wrong password or one without the right; enter it as user:password",
)
CLOCK: Final = ": set it right, or leave it and purging goes on by itself in 1 to 7 days"


def sentences(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be, with … for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else FILLED for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*sentences(one), *sentences(other))
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (text for part in parts for text in sentences(part))
        case ast.Dict(values=parts):
            yield from (text for part in parts for text in sentences(part))
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            ends = tuple(sentences(right)) or (FILLED,)
            yield from (f"{begin}{end}" for begin in (tuple(sentences(left)) or (FILLED,)) for end in ends)
        case _:
            return


def said_in(source: str) -> set[str]:
    """The sentences that a module gives to errors and reasons, or returns as one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        given: list[ast.expr] = []
        match node:
            case ast.Call(func=called, args=args, keywords=named):
                name = ast.unparse(called).rsplit(".", 1)[-1]
                given += args if RAISED.fullmatch(name) or name == "__init__" else ()
                given += (each.value for each in named if each.arg and GIVEN.fullmatch(each.arg))
            case ast.Assign(targets=targets, value=value):
                names = [name for target in targets for name in _names(target)]
                given += [value] if any(GIVEN.fullmatch(name) for name in names) else ()
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
                given += [value] if any(GIVEN.fullmatch(name) for name in _names(target)) else ()
            case ast.FunctionDef(returns=ast.expr() as kind) | ast.AsyncFunctionDef(returns=ast.expr() as kind):
                if ast.unparse(kind) in {"str", "tuple[CommandState, str]"}:
                    given += _returned(node)
            case _:
                continue
        found.update(text for each in given for text in sentences(each))
    return {text for text in found if " " in text.strip("; ")}


def _names(target: ast.expr) -> Sequence[str]:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [ast.unparse(part).rsplit(".", 1)[-1] for part in parts]


def _returned(function: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value


def files_of(speakers: Iterable[str]) -> Iterator[Path]:
    for speaker in speakers:
        path = ROOT / speaker
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def is_known(sentence: str) -> bool:
    """Whether the console says it in French, whatever is filled in."""
    plain = sentence.removeprefix("; ")
    return french_book().knows("".join(f"Q{n}{part}" if n else part for n, part in enumerate(plain.split(FILLED))))


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_what_it_says_to_people_has_its_french(speaker: str) -> None:
    unknown = {
        f"{file.relative_to(ROOT)}: {sentence}"
        for file in files_of([speaker])
        if "simulat" not in str(file.relative_to(ROOT)) and str(file.relative_to(ROOT)) not in NOT_SHOWN
        for sentence in said_in(file.read_text("utf-8"))
        if sentence not in NEVER_SHOWN and not is_known(sentence)
    }
    assert not unknown, "say it in French in resources/translations/devices_fr.toml, or why it is never shown here"


def test_what_is_excused_is_still_said() -> None:
    said = {sentence for file in files_of(SPEAKERS) for sentence in said_in(file.read_text("utf-8"))}
    assert set(NEVER_SHOWN) <= said
    assert all((ROOT / file).is_file() for file in NOT_SHOWN)


def test_a_sentence_without_french_is_found() -> None:
    source = """
def why(lamp) -> str:
    return f"{lamp} sings"
def run(sink, lamps, text):
    sink.assets_unreachable(lamps, "they sing" if lamps else f"nobody sings {text}")
    raise LinkDown("the choir " + text)
"""
    assert said_in(source) == {"… sings", "they sing", "nobody sings …", "the choir …"}
    assert not any(is_known(sentence) for sentence in said_in(source))
    assert is_known("not answering since …")


@pytest.mark.parametrize(
    "whole",
    [
        *(
            f"the broker at … {end}"
            for end in ("cannot be reached: …", "does not answer", *(f"refuses {what}" for what in REFUSED))
        ),
        "the certificate of the broker at … is not one we trust: …",
        *("our own MQTT broker does not start", "our own MQTT broker does not start: …"),
        *(f"its connection is {state.value}" for state in LinkState),
        *(f"the clock of this machine stands … hours {side} where it should{CLOCK}" for side in ("ahead of", "behind")),
    ],
)
def test_what_is_put_together_is_known_as_a_whole(whole: str) -> None:
    assert is_known(whole)
