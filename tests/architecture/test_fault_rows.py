"""Which tests hold the rows of the fault matrix that concern pictures and recordings; each of them is there."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]

ROWS: Final = {
    "F18 the disk of the recordings is full": (
        "media/recorder/test_disk.py::test_a_full_disk_stops_recording_and_room_lets_it_go_on",
        "media/recorder/test_disk.py::test_recording_stops_before_the_disk_is_full",
        "media/recorder/test_disk.py::test_a_disk_that_really_is_full",
        "backend/services/footage/test_recording_desk.py::test_the_disk_of_the_recordings_alarms_before_it_is_full",
        "media/evidence/test_interruptions.py::test_a_disk_that_fills_up_is_told_in_words_and_can_be_resumed",
    ),
    "F23 a console is killed while it holds a head": (
        "backend/test_fault_matrix_heads.py::test_f23_a_console_that_is_killed_frees_its_camera_which_is_told_to_stop",
        "backend/test_fault_matrix_heads.py::test_f23_a_console_that_only_falls_silent_frees_it_after_fifteen_seconds",
        "backend/services/test_leases.py::test_what_a_killed_console_had_under_way_does_not_take_the_head_again",
        "journeys/test_camera_wall.py::test_two_operators_and_one_head",
    ),
    "F28 a decoder dies, hangs or leaks": (
        "video/test_decoder_pool.py::test_a_killed_decoder_is_back_within_three_seconds_and_others_are_untouched",
        "video/test_decoder_pool.py::test_a_frozen_decoder_is_noticed_and_replaced",
        "video/test_decoder_pool.py::test_a_stream_that_keeps_killing_its_decoder_is_put_aside_and_its_neighbour_lives",
        "video/test_decoder_pool.py::test_a_decoder_leaves_when_its_console_is_gone",
        "video/test_decoder_pool.py::test_the_memory_of_a_decoder_is_limited",
        (
            "media/pictures/test_worker_process.py::"
            "test_what_a_lost_decoder_was_asked_is_done_by_the_next_within_three_seconds"
        ),
        "media/pictures/test_worker_process.py::test_its_memory_is_limited",
    ),
    "F29 a camera is frozen or black": (
        "media/pictures/test_conditions.py::test_the_same_picture_for_ten_seconds_is_frozen_and_a_living_one_is_not",
        "media/pictures/test_conditions.py::test_what_befalls_a_camera_is_said_once_and_taken_back_once",
        "media/pictures/test_watch.py::test_a_camera_whose_picture_freezes_is_reported_and_so_is_its_thaw",
        "backend/services/footage/test_facts.py::test_what_ails_a_picture_alarms_and_clears_when_nobody_looks_any_more",
    ),
    "F53 two operators, one head": (
        "backend/test_fault_matrix_heads.py::test_f53_of_two_operators_at_once_one_moves_it_and_the_other_is_told_who",
        "backend/test_fault_matrix_heads.py::test_f53_over_the_api_the_second_is_refused_in_words",
        "journeys/test_camera_wall.py::test_two_operators_and_one_head",
    ),
    "F58 an evidence package is changed": (
        "video/evidence/test_mutations.py::test_any_flipped_bit_anywhere_is_refused_with_a_reason",
        "video/evidence/test_mutations.py::test_a_swapped_manifest_of_another_package_is_refused",
        "video/evidence/test_mutations.py::test_each_clip_missing_is_named",
        "video/evidence/test_mutations.py::test_an_added_file_is_named",
        "video/evidence/test_mutations.py::test_reordered_files_are_named",
    ),
    "F59 retention is down, a hold ends, a clock jumps": (
        "media/recorder/test_keeper.py::test_two_days_without_a_purge_are_made_up_for",
        "media/recorder/test_keeper.py::test_nothing_is_purged_while_the_clock_lies",
        "media/recorder/test_retention.py::test_a_purge_never_reaches_what_is_sealed",
        "backend/services/footage/test_facts.py::test_retention_that_was_down_alarms_until_the_recordings_are_gone",
        "backend/services/footage/test_facts.py::test_purging_that_is_held_alarms_and_is_told_once_each_way",
        "backend/services/footage/test_seals.py::test_a_seal_ends_by_itself_at_its_time_with_proof",
        "backend/services/footage/test_seals.py::test_a_clock_that_leaps_ahead_ends_no_seal_and_alarms",
    ),
    "F60 a mask is gone around": (
        "journeys/test_masked_pictures.py::test_f60_what_is_masked_is_seen_through_no_door",
        "journeys/test_camera_wall.py::test_a_mask_that_one_draws_covers_it_for_all",
        "journeys/test_video_kills.py::test_killed_at_random_nothing_confirmed_is_lost_and_no_mask_is_missing",
        "media/pictures/test_masked_live.py::test_when_masking_breaks_down_there_is_no_picture_and_soon_a_masked_one",
        "media/pictures/test_stills.py::test_a_recorded_still_is_of_that_moment_and_masked",
        "media/footage_door/test_masked_playback.py::test_no_tile_shows_a_bare_picture",
        "media/evidence/test_clips.py::test_a_masked_camera_leaves_with_its_masks_burnt_in",
        "architecture/test_ways_to_pictures.py::test_what_opens_a_door_is_made_only_where_the_gate_was_passed",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_held_by_tests_that_are_there(row: str) -> None:
    missing = [name for name in ROWS[row] if not _is_there(name)]
    assert not missing


def _is_there(name: str) -> bool:
    file, _, test = name.partition("::")
    return test in set(_functions(TESTS / file))


def _functions(file: Path) -> Iterator[str]:
    if file.exists():
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name
