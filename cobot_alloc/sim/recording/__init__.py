"""Recordings of a simulated cell: what came in, where everything was, and what it led to."""
