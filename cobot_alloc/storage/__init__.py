"""The journal and the arms' ledger in SQLite, each with a twin in memory."""
