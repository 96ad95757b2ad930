"""What makes sense in a world file beyond the types: one module per section."""
