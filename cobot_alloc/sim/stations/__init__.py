"""What work is done at: each kind of station is one module, made by ``stations``."""
