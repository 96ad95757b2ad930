"""What waits, kept in order: so that a decision costs what changed and not what waits."""
