-- The journal of one cell. Rows are only ever added.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq         INTEGER PRIMARY KEY,   -- from 1, without gaps
    recorded_at TEXT NOT NULL,         -- time of day, ISO 8601 in UTC; for people only
    kind        TEXT NOT NULL,         -- name of the event's class
    body        TEXT NOT NULL,         -- its fields, JSON
    hash        BLOB NOT NULL          -- SHA-256 over the hash before, seq, recorded_at, kind, body
) STRICT;
