-- What the arms of one cell know of each attempt.

CREATE TABLE IF NOT EXISTS attempt (
    agent_id TEXT NOT NULL,
    fence    INTEGER NOT NULL,
    status   TEXT NOT NULL,
    report   TEXT NOT NULL,            -- JSON
    PRIMARY KEY (agent_id, fence)
) STRICT, WITHOUT ROWID;

-- Up to which fence an arm's attempts were forgotten.
CREATE TABLE IF NOT EXISTS retired (
    agent_id TEXT PRIMARY KEY,
    fence    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
