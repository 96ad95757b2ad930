"""How much work each sender may make."""

from cobot_alloc.application.work_share import MOST_S, WorkShare


def taken_up(work, sender, count, *, took_s, now_s=0.0):
    """Return how many of so many messages are taken up at once."""
    taken = 0
    for _ in range(count):
        if work.admits(sender, now_s=now_s):
            work.charge(sender, took_s)
            taken += 1
    return taken


def test_a_sender_gets_so_much_at_once_and_then_its_share():
    """A tenth of the time is a tenth of a second's work in a second."""
    work = WorkShare(0.1, at_once_s=0.5)
    assert taken_up(work, 'a', 100, took_s=0.01) == 50
    assert taken_up(work, 'a', 100, took_s=0.01, now_s=1.0) == 10
    assert taken_up(work, 'a', 100, took_s=0.01, now_s=1000.0) == 50


def test_what_makes_little_work_is_taken_up_more_often():
    """News cost a write to the disk, repetitions do not."""
    work = WorkShare(0.1, at_once_s=0.5)
    assert taken_up(work, 'news', 10_000, took_s=0.02) == 25
    assert taken_up(work, 'nothing new', 10_000, took_s=0.001) == 500


def test_one_sender_takes_nothing_from_another():
    """Each has an account of its own."""
    work = WorkShare(0.1, at_once_s=0.01)
    assert taken_up(work, 'loud', 100, took_s=0.02) == 1
    assert taken_up(work, 'quiet', 1, took_s=0.02) == 1


def test_a_disk_that_stood_still_is_not_held_against_the_sender():
    """After it, the sender has to wait no longer than for a slow message."""
    work = WorkShare(0.1, at_once_s=0.01)
    assert taken_up(work, 'a', 1, took_s=60.0) == 1
    assert taken_up(work, 'a', 1, took_s=0.0, now_s=MOST_S / 0.1) == 1


def test_an_honest_arm_is_never_cut():
    """It beats five times a second, each time with news that take a slow disk 15 ms."""
    work = WorkShare(0.1, at_once_s=0.5)
    for beat in range(500):
        assert taken_up(work, 'panda', 1, took_s=0.015, now_s=beat * 0.2)
