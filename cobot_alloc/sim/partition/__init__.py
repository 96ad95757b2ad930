"""One world in several physics, and those in several processes, to use more than one core."""
