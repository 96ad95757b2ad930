"""
The simulated cell: the only package that imports pybullet.

A simulation to try and test cell programs with, not a safety function.
"""
