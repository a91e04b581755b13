"""New alarms as one sentence to be said aloud: counts by class and commune, never a name, a street or an address.

Only classes that have words of their own in the [spoken] texts are said: equipment of public space. A building, and
whatever is private, is counted as an alarm and not named.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from contract.alarms import Alarm, Priority
from contract.assets import Commune
from widgets.texts import Texts, pair

_MOST_GROUPS: Final = 3


def spoken_alarms(alarms: Iterable[Alarm], communes: Mapping[str, Commune], tr: Texts) -> str:
    """For example "priority 2: five cabinets in Quetigny, one camera in Talant"; empty without alarms."""
    groups: Counter[tuple[str, str]] = Counter()
    worst = Priority.P4
    for alarm in alarms:
        is_public = tr.has(f"spoken.class.{alarm.class_}")
        commune = communes.get(alarm.commune) if is_public else None
        groups[alarm.class_ if is_public else "", "" if commune is None else commune.name] += 1
        worst = min(worst, alarm.priority)
    if not groups:
        return ""
    said = [_group(class_, place, count, tr) for (class_, place), count in _largest_first(groups)]
    if len(said) > _MOST_GROUPS:
        said = [*said[:_MOST_GROUPS], tr("spoken.more")]
    return pair(tr("spoken.priority", number=number_word(int(worst), tr)), ", ".join(said), tr)


def spoken_flood(alarms: int, roots: int, tr: Texts) -> str:
    """A flood is said as its two figures."""
    return tr("spoken.flood", alarms=number_word(alarms, tr), alarm_count=alarms, roots=number_word(roots, tr))


def number_word(count: int, tr: Texts) -> str:
    """A small number as a word, a larger one in digits."""
    words = tr("spoken.numbers").split()
    return words[count] if 0 <= count < len(words) else str(count)


def _largest_first(groups: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    return sorted(groups.items(), key=lambda item: (-item[1], item[0]))


def _group(class_: str, place: str, count: int, tr: Texts) -> str:
    if count == 1:
        what = tr(f"spoken.class.{class_}") if class_ else tr("spoken.alarm")
    else:
        number = number_word(count, tr)
        what = tr(f"spoken.classes.{class_}", count=number) if class_ else tr("spoken.alarms", count=number)
    return what if not place else f"{what} {_at(place, tr)}"


def _at(place: str, tr: Texts) -> str:
    if tr.language == "fr":
        # "à" and the article of a name melt together: au Creusot, aux Rousses.
        for article, melted in (("Le ", "au "), ("Les ", "aux ")):
            if place.startswith(article):
                return melted + place.removeprefix(article)
    return tr("spoken.at", place=place)
