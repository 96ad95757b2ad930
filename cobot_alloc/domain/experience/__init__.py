"""Experience: what attempts have taught of durations, success, exceptions and energy."""
