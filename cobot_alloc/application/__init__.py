"""Use cases: load, decide, write, then act. Ports are defined here, shells implement them."""
