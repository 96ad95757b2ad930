"""People: how they walk, and how they are seen."""
