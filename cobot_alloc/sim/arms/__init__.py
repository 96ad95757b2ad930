"""One arm: its body, what holds it back, and how it plays what a skill asks for."""
