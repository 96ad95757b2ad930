"""Requests to the arms in lockstep: one after another, and none for ever."""

from rclpy.task import Future

from cobot_alloc.ros import requests
from cobot_alloc.ros.requests import Request, RequestsInTurn


class Line:
    """Requests of a test, and what became of them."""

    def __init__(self):
        self.sent, self.answered = {}, []
        self.changes = 0
        self.requests = RequestsInTurn(self._on_change)

    def ask(self, name, *, ready=True, then=lambda: None):
        """Ask something; what it leads to comes once it is answered."""

        def send():
            self.sent[name] = Future()
            return self.sent[name]

        def on_answer(future):
            self.answered.append((name, 'none' if future.cancelled() else future.result()))
            then()

        self.requests.ask(
            Request(is_ready=lambda: ready, send=send, on_answer=on_answer, regardless=True)
        )

    def _on_change(self):
        self.changes += 1
        self.requests.go_on()


def test_each_is_sent_once_the_one_before_is_answered():
    """What an answer leads to is asked in its turn, and only then is all answered."""
    line = Line()
    line.ask('first', then=lambda: line.ask('third'))
    line.ask('second')
    assert line.sent == {}
    assert not line.requests.go_on()
    assert not line.requests.go_on()
    assert list(line.sent) == ['first']
    line.sent['first'].set_result('yes')
    assert list(line.sent) == ['first', 'second']
    line.sent['second'].set_result('no')
    assert list(line.sent) == ['first', 'second', 'third']
    assert not line.requests.go_on()
    line.sent['third'].set_result('yes')
    assert line.requests.go_on()
    assert line.answered == [('first', 'yes'), ('second', 'no'), ('third', 'yes')]


def test_nothing_is_sent_before_somebody_is_there_for_it():
    """A goal, too: sent into nowhere at the start, it would be lost in one run and not another."""
    line = Line()
    line.ask('first', ready=False)
    assert not line.requests.go_on()
    assert line.sent == {}
    line.requests.clear()
    assert line.requests.go_on()


def test_what_is_not_answered_is_forgotten(monkeypatch):
    """The line goes on without it."""
    monkeypatch.setattr(requests, 'ANSWER_IN_LOCKSTEP_S', 0.0)
    line = Line()
    line.ask('first')
    line.ask('second')
    line.requests.go_on()
    line.requests.sweep()
    assert line.answered == [('first', 'none')]
    assert list(line.sent) == ['first', 'second']
