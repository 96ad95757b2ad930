"""Every module of the product is reached from where something is started."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import grimp

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / 'cobot_alloc'

#: For tests, the project's own and those of its users.
FOR_TESTS = {
    'cobot_alloc.domain.scheduling.feasibility',  # whether a schedule keeps every rule
    'cobot_alloc.domain.scheduling.objective',  # what it costs, by plain arithmetic
    'cobot_alloc.storage.memory_journal',
    'cobot_alloc.storage.memory_ledger',
    'cobot_alloc.storage.simulated_disk',
}


def entry_points(modules: set[str]) -> Iterator[str]:
    """Yield the modules that a command, a process or a launch file begins with."""
    setup = (ROOT / 'setup.py').read_text(encoding='utf-8')
    yield from re.findall(r'= (cobot_alloc[\w.]*):\w+', setup)
    for path in PRODUCT.rglob('*.py'):
        text = path.read_text(encoding='utf-8')
        # Child processes: `python -m` with the module as text, or its own name.
        yield from (name for name in re.findall(r"'(cobot_alloc[\w.]+)'", text) if name in modules)
        if 'iter_modules(' in text:  # loads all that lies beside it
            here = '.'.join(path.parent.relative_to(ROOT).parts)
            yield from (name for name in modules if name.rpartition('.')[0] == here)
        if "if __name__ == '__main__':" in text or path.name == '__main__.py':
            yield '.'.join(path.relative_to(ROOT).with_suffix('').parts)
    for path in (ROOT / 'launch').glob('*.py'):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                yield node.module


def _reached_from(graph: grimp.ImportGraph, roots: set[str]) -> set[str]:
    left, reached = roots & graph.modules, set[str]()
    while left:
        module = left.pop()
        reached.add(module)
        # Whoever imports a module runs the packages around it.
        around = {module.rsplit('.', n)[0] for n in range(1, module.count('.') + 1)}
        left |= (graph.find_modules_directly_imported_by(module) | around) - reached
    return reached


def test_no_module_is_unreached() -> None:
    graph = grimp.build_graph('cobot_alloc', exclude_type_checking_imports=True, cache_dir=None)
    roots = {*entry_points(graph.modules), *FOR_TESTS}
    assert graph.modules - _reached_from(graph, roots) == set()


def test_what_is_for_tests_is_reached_by_nothing_else() -> None:
    """Or it would not have to be named here."""
    graph = grimp.build_graph('cobot_alloc', exclude_type_checking_imports=True, cache_dir=None)
    product = _reached_from(graph, {*entry_points(graph.modules)})
    assert product & FOR_TESTS == set()
