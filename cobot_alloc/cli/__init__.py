"""The ``cobot-alloc`` command."""
