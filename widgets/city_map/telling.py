"""The map in words: for tooltips and for those who do not see it."""

from __future__ import annotations

from widgets.city_map.details import Bays, CameraDetail, JunctionMode, JunctionState, SignText, VehicleDetail
from widgets.city_map.looks import ViewMode
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import (
    ALARMS_WORST_FIRST,
    FIRST_ALARM,
    LEVEL_UNKNOWN,
    PENDING,
    SUPPRESSED,
    AssetVisual,
)
from widgets.city_map.texts import MapTexts
from widgets.city_map.view.viewport import Viewport


def asset_words(scene: Scene, texts: MapTexts, asset_id: int) -> str:
    """Name, class, state of one asset, and what else is known of it."""
    name = scene.labels.get(asset_id) or texts.asset.format(id=asset_id)
    row = scene.store.row_of(asset_id)
    if row is None:
        return name
    state = texts.states[AssetVisual(int(scene.store.visual[row]))]
    label = scene.style_of(row).label
    flags = int(scene.store.state[row])
    words = [f"{label}: {state}" if label else state]
    words += [texts.meaning.suppressed] if flags & SUPPRESSED else []
    words += [texts.meaning.pending] if flags & PENDING else []
    words += detail_words(scene, texts, asset_id)
    level = int(scene.store.level[row])
    if level != LEVEL_UNKNOWN:
        words.append(texts.meaning.level.format(percent=level))
    return "\n".join((name, *words))


def detail_words(scene: Scene, texts: MapTexts, asset_id: int) -> list[str]:
    """What plates and icons say when near."""
    say = texts.meaning
    match scene.meaning.details.get(asset_id):
        case SignText(lines):
            shown = " / ".join(line.strip() for line in lines if line.strip())
            return [say.sign.format(text=shown) if shown else say.sign_blank]
        case JunctionState(mode, plan):
            has_plan = mode is JunctionMode.RUNNING and plan
            return [say.junction_modes[mode], *([say.plan.format(name=plan)] if has_plan else [])]
        case Bays(free, total):
            counts = [say.unknown if count is None else str(count) for count in (free, total)]
            return [say.bays.format(free=counts[0], total=counts[1])]
        case CameraDetail(is_ptz, is_recording, is_masked):
            kind = [say.ptz if is_ptz else say.fixed]
            return kind + [say.recording] * is_recording + [say.masked] * is_masked
        case VehicleDetail(status) if status:
            return [say.crew.format(status=status)]
        case _:
            return []


def alarm_words(texts: MapTexts, count: int, by_priority: tuple[int, int, int, int]) -> str:
    """How many alarms, and how many of each priority."""
    p1, p2, p3, p4 = by_priority
    split = texts.meaning.by_priority.format(p1=p1, p2=p2, p3=p3, p4=p4)
    return f"{texts.alarms_here.format(count=count)}\n{split}"


def view_words(
    scene: Scene,
    texts: MapTexts,
    view: Viewport,
    selected: int,
    lost: str | None,
    mode: ViewMode = ViewMode.PLAIN,
    followed: int = 0,
) -> str:
    """What the picture says: how many, how many in alarm, which is selected, whether it is live."""
    counts, say = scene.counts(view), texts.meaning
    alarms = sum(number for visual, number in counts.by_state.items() if visual >= FIRST_ALARM)
    words = [
        texts.in_view.format(total=counts.total),
        texts.in_view_alarms.format(alarms=alarms, unacknowledged=counts.unacknowledged),
    ]
    if alarms:
        p1, p2, p3, p4 = (counts.by_state.get(visual, 0) for visual in ALARMS_WORST_FIRST)
        words.append(say.by_priority.format(p1=p1, p2=p2, p3=p3, p4=p4))
    if counts.suppressed:
        words.append(say.suppressed_count.format(count=counts.suppressed))
    if counts.pending:
        words.append(say.pending_count.format(count=counts.pending))
    if scene.meaning.heat is not None:
        words.append(say.heat.format(legend=scene.meaning.heat.columns.legend))
    if say.view_modes[mode]:
        words.append(say.view_modes[mode])
    if followed and scene.store.row_of(followed) is not None:
        name = scene.labels.get(followed) or texts.asset.format(id=followed)
        words.append(say.following.format(name=name))
    if scene.store.row_of(selected) is not None:
        words.append(texts.selected.format(name=asset_words(scene, texts, selected).replace("\n", ", ")))
        tree = scene.meaning.supply
        if tree is not None and tree.parent_id == selected:
            words.append(say.supply.format(fed=tree.fed_ids.size, cut_off=tree.cut_off_ids.size))
    return ". ".join(([lost] if lost else []) + words)
