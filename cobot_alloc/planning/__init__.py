"""Solvers for the assignment."""
