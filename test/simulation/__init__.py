"""
The whole cell in one process: the real core, application and journal, and a hostile world.

One integer seed determines everything: what is ordered, what the arms do, how people answer,
which messages are lost, when a disk refuses and between which two steps a process dies.
"""
