-- The state after some of the events, so that a start need not read them all.

CREATE TABLE snapshot (
    seq         INTEGER PRIMARY KEY,   -- of the last event in it
    recorded_at TEXT NOT NULL,         -- time of day, ISO 8601 in UTC; for people only
    format      TEXT NOT NULL,         -- shape and meaning of the state; others are not read
    body        BLOB NOT NULL,         -- the state, MessagePack
    hash        BLOB NOT NULL          -- SHA-256 over the event's hash and the columns before
) STRICT;

-- Where the chain begins in place of event 1, once the events before were removed.

CREATE TABLE base (
    seq  INTEGER PRIMARY KEY,          -- of the last event that was removed
    hash BLOB NOT NULL                 -- its hash
) STRICT;
