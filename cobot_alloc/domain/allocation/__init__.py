"""Who should do what: what is expected of candidates, and the problem that a plan solves."""
