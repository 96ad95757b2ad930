"""The supervisor's terminal: what waits for a person, and the keys to answer it."""
