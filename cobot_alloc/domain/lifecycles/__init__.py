"""The lifecycles of a cell: transition tables as data, run by ``transitions``."""
