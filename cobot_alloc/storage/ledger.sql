-- What the arms of one cell know of each attempt.

CREATE TABLE attempt (
    agent_id TEXT NOT NULL,
    fence    INTEGER NOT NULL,
    status   TEXT NOT NULL,
    report   TEXT NOT NULL,            -- JSON
    PRIMARY KEY (agent_id, fence)
) STRICT, WITHOUT ROWID;
