"""The skills that arms have. A new skill is one module here with a ``SKILL``."""
