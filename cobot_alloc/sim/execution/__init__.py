"""One arm at its task: the program of a skill is played on it, measured and reported."""
