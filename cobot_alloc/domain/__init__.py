"""What is true in a cell and what may happen next: pure, without I/O, clock or chance."""
