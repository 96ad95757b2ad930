"""A node of the cell with one fault, to see whether torture notices."""

from __future__ import annotations

import sys

from simulation.mutations import all_mutations

from cobot_alloc.bootstrap import NODES
from torture.logged import log_motions


def main() -> int:
    """Run the node that the second argument names, with the fault that the first one names."""
    fault, node = sys.argv.pop(1), sys.argv.pop(1)
    (mutation,) = (m for m in all_mutations() if m.name == fault)
    if node == 'cell':
        log_motions()
    with mutation.apply():
        return NODES[node]()


if __name__ == '__main__':
    sys.exit(main())
