"""What the cell decides, by the kind of input."""
