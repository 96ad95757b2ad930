"""What is in the cell beside arms and people: fixtures and parts."""
