"""
The real processes of a cell, killed at random, and a history that none of them keeps.

A client submits and a person answers while processes are killed and started again on the same
journal and ledger. What was sent and answered, and which motions began, is written down by
others than the allocator; afterwards it is held against the journal.
"""
