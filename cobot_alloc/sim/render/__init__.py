"""Pictures of the cell."""
