"""What a map shows: kept, read again whatever was kept, changed one box at a time, preset by name."""

import msgspec
import pytest

from console.store.map_look import (
    BaseMapUse,
    HeatKind,
    MapLook,
    ViewKind,
    hidden_classes,
    read_look,
    with_class,
    with_commune,
    with_service,
    write_look,
)
from console.store.map_presets import Preset, apply_preset, preset_of
from contract.stream import Visual
from tools.screenshots.sample_classes import classes

CLASSES = {item.code: item for item in classes()}
COMMUNES = frozenset({"21231", "21166", "21617"})


def test_a_look_is_read_as_it_was_kept() -> None:
    look = MapLook(
        hidden_services=frozenset({"traffic"}),
        hidden_states=frozenset({Visual.STALE, Visual.NORMAL}),
        communes=frozenset({"21231"}),
        view=ViewKind.LIGHTING_NIGHT,
        heat=HeatKind.FAULTS,
        base_maps=(BaseMapUse(id="ign", is_on=True, opacity_percent=40), BaseMapUse(id="plan")),
        has_cones=False,
    )
    text = msgspec.json.encode(write_look(look))
    kept = read_look(msgspec.json.decode(text))
    assert kept.look == look
    assert kept.is_whole


@pytest.mark.parametrize(
    "kept",
    [
        {"hidden_classes": "all", "view": "lighting_night"},
        {"hidden_states": [4000], "view": "lighting_night"},
        {"base_maps": [{"id": "x", "opacity_percent": -3}], "view": "lighting_night"},
        {"communes": ["x" * 10_000], "view": "lighting_night"},
        {"hidden_classes": [str(number) for number in range(100_000)], "view": "lighting_night"},
    ],
)
def test_what_makes_no_sense_stands_at_its_default_and_the_rest_is_read(kept: object) -> None:
    read = read_look(kept)
    assert not read.is_whole
    assert read.look == MapLook(view=ViewKind.LIGHTING_NIGHT)


def test_fields_of_a_newer_console_are_passed_over() -> None:
    assert read_look({"has_fog": True, "has_cones": False}) == read_look({"has_cones": False})
    assert read_look({"has_fog": True}).is_whole


@pytest.mark.parametrize("kept", [7, "look", ["a"], None])
def test_nonsense_is_the_default_look(kept: object) -> None:
    assert read_look(kept).look == MapLook()


def test_a_service_hides_its_classes_and_one_of_them_can_be_shown_again() -> None:
    look = with_service(MapLook(), "lighting", CLASSES, is_shown=False)
    assert hidden_classes(look, CLASSES) == {"streetlight", "lighting_cabinet"}
    look = with_class(look, "streetlight", CLASSES, is_shown=True)
    assert hidden_classes(look, CLASSES) == {"lighting_cabinet"}
    look = with_service(look, "lighting", CLASSES, is_shown=True)
    assert look == MapLook()


def test_all_communes_shown_one_by_one_is_no_choice_any_more() -> None:
    look = with_commune(MapLook(), "21231", COMMUNES, is_shown=False)
    assert look.communes == frozenset({"21166", "21617"})
    assert with_commune(look, "21231", COMMUNES, is_shown=True).communes is None


def test_a_preset_is_known_again_until_a_box_is_changed() -> None:
    own_ground = MapLook(base_maps=(BaseMapUse(id="ign", is_on=True),), has_labels=False)
    for preset in Preset:
        look = apply_preset(own_ground, preset, CLASSES)
        assert look.base_maps == own_ground.base_maps
        assert not look.has_labels
        assert preset_of(look, CLASSES) is preset
    cameras = apply_preset(own_ground, Preset.CAMERAS, CLASSES)
    assert hidden_classes(cameras, CLASSES) >= {"streetlight", "junction", "building"}
    assert "camera" not in hidden_classes(cameras, CLASSES)
    assert preset_of(with_class(cameras, "junction", CLASSES, is_shown=True), CLASSES) is None
