"""The palette over a desk, and F1, as an operator has them before him."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from console.kit.task_bag import TaskBag
from console.shell.at_hand import AtHand
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk
from console.shell.menus import MenuWishes
from console.shell.screens import Places
from console.store.context import Context, Spec

_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "palette": ("cam",),
    "palette-taken-last": ("journal", "cam 12", "approbations approvals"),
    "palette-nothing": ("qqxxyy",),
}
_TOUR: Final[Mapping[str, int]] = {"tour-offer": -1, "tour-alarm": 0, "tour-claim": 4}
SHOTS: Final = (*_TEXTS, *_TOUR, "help", "help-key")


def _nothing(*_ignored: object) -> None:
    return


async def shoot(
    name: str, file: Path, specs: Mapping[str, Spec], context: Context, settle: Callable[[], Awaitable[None]]
) -> None:
    """One picture of the first screen, or of F1."""
    tasks = TaskBag("at hand")
    at_hand = AtHand(specs, tasks, context.stores)
    wishes = replace(MenuWishes(*([_nothing] * 13)), show_palette=at_hand.show_palette, bind_keys=at_hand.keyboard.bind)
    desk = Desk(at_hand.specs, context, Places(1, 1920, 1080), wishes, _nothing)
    at_hand.furnish(desk, context)
    try:
        await at_hand.meet(context.client)
        desk.open(DEFAULTS["operator"], tuple(DEFAULTS))
        await settle()
        if name in _TOUR:
            context.stores.occasion.take(is_exercise=True)
            if _TOUR[name] >= 0:
                at_hand.tour.show()
            for _ in range(_TOUR[name]):
                at_hand.tour.skip()
            at_hand.tour.look()
            desk.screens[0].exercise.show_exercise(is_exercise=True)
            await settle()
            desk.screens[0].grab().save(str(file))
            context.stores.occasion.forget()
        elif name in _TEXTS:
            await _type(at_hand, _TEXTS[name], settle, is_empty_after=name == "palette-taken-last")
            desk.screens[0].grab().save(str(file))
        else:
            await _shoot_keys(name, file, at_hand, settle)
    finally:
        at_hand.close()
        await desk.close()
        await tasks.close()


async def _type(
    at_hand: AtHand, texts: tuple[str, ...], settle: Callable[[], Awaitable[None]], *, is_empty_after: bool
) -> None:
    for text in texts:
        at_hand.show_palette()
        box = None if at_hand.palette is None else at_hand.palette.box
        if box is None:
            return
        box.field.setText(text)
        await settle()
        if is_empty_after:
            box.taken.emit(box.current_key, False)
            box.close_box()
    if is_empty_after:
        at_hand.show_palette()
        await settle()


async def _shoot_keys(name: str, file: Path, at_hand: AtHand, settle: Callable[[], Awaitable[None]]) -> None:
    keyboard = at_hand.keyboard
    at_hand.show_help("alarms" if name == "help-key" else "")
    window = at_hand.help.window
    if window is None:
        return
    if name == "help-key":
        act = window.editing.act("menu.full_screen")
        if act is not None:
            await keyboard.keep(keyboard.keymap.with_key(act, "Ctrl+Alt+F"))
        window.table.change_requested.emit("menu.keep_workspace")
        window.form.tried.emit("Ctrl+Q")
    await settle()
    window.grab().save(str(file))
