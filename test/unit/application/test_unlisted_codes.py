"""Codes that nobody has listed are told once, and never too many of them."""

from cobot_alloc.application.unlisted_codes import MOST, UnlistedCodes
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.words import PRODUCT


def a_report(code: str | None = None) -> AttemptReport:
    failure = None if code is None else Failure(phase=Phase.EXECUTION, code=code)
    status = AttemptStatus.SUCCEEDED if code is None else AttemptStatus.FAILED
    return AttemptReport(
        agent_id=AgentId('ur5'),
        task_id=TaskId('t'),
        fence=Fence(1),
        status=status,
        failure=failure,
    )


def test_codes_of_the_product_and_listed_ones_are_no_news() -> None:
    codes = UnlistedCodes(PRODUCT.with_listed(Limits(codes=('arc_lost',))))
    for code in (None, '', 'arc_lost', *FailureCode):
        assert codes.notice(a_report(code)) == ''
    assert codes.seen == set()


def test_an_unlisted_one_is_told_once_with_what_it_is_most_like() -> None:
    codes = UnlistedCodes(PRODUCT)
    told = codes.notice(a_report('grip_faild'))
    assert told.startswith("ur5 reports 'grip_faild', which the limits do not list under codes; ")
    assert "most like 'grip_failed'" in told
    assert codes.notice(a_report('grip_faild')) == ''
    assert codes.seen == {'grip_faild'}


def test_an_arm_that_makes_codes_up_fills_neither_log_nor_memory() -> None:
    codes = UnlistedCodes(PRODUCT)
    told = [codes.notice(a_report(f'E-{number}')) for number in range(10 * MOST)]
    assert sum(map(bool, told)) == len(codes.seen) == MOST


def test_what_an_arm_says_plays_no_tricks_on_the_log() -> None:
    told = UnlistedCodes(PRODUCT).notice(a_report('a\n\x1b[2Jb' + 200 * 'x'))
    assert told.isprintable()
    assert len(told) < 300
