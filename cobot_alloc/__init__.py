"""Task allocation for cells where people and robot arms work together."""

__version__ = '0.1.0'
