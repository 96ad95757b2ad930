"""The policies file: four by name, each weight refused if it would reward what it costs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.files.policies import read_policies

SHIPPED = Path(__file__).parents[3] / 'config' / 'policies.yaml'


def test_the_shipped_file_has_the_four_policies() -> None:
    """By the names that the documentation explains, each with what it is named for."""
    policies = read_policies(SHIPPED)
    assert set(policies) == {'fastest', 'balanced', 'gentle', 'green'}
    assert policies['gentle'].heavy > policies['balanced'].heavy > policies['fastest'].heavy == 0
    assert policies['green'].carbon_per_j(12.5 * 3600) < policies['green'].carbon_per_j(0.0)


def test_what_is_left_out_has_its_default(write: Callable[..., Path]) -> None:
    policies = read_policies(
        write('{fastest: {}, balanced: {lateness: 2}, gentle: {}, green: {}}')
    )
    assert policies['balanced'] == Policy(lateness=2.0)
    assert policies['fastest'] == Policy()


@pytest.mark.parametrize(
    ('text', 'complaint'),
    [
        ('fastest:\n  flow: -1\n', ':2: fastest.flow: got -1'),
        ('fastest:\n  speed: 1\n', ':2: fastest.speed: got an unknown key'),
        ('fastest: {}\n', 'green'),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(
    write: Callable[..., Path], text: str, complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint):
        read_policies(write(text))
