"""Faults on demand. They act on the physics only; the rest sees what can be measured."""
