"""A worker that is only kept waiting does not save; one that never comes to rest has too much to do."""

import time

from video.decoding.rest import Rest


def test_a_process_that_sleeps_between_its_pictures_has_rest() -> None:
    rest = Rest()
    for _ in range(8):
        time.sleep(0.002)
    assert rest.was_taken()


def test_a_process_that_works_without_a_pause_has_none() -> None:
    rest = Rest()
    rest.was_taken()
    until = time.thread_time() + 0.05
    while time.thread_time() < until:
        pass
    assert not rest.was_taken()
