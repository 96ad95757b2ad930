"""The body of one arm, what it feels at its joints, and what holds it back."""
