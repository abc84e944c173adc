-- What the schema is: one row.
CREATE TABLE store (
    version integer NOT NULL,
    -- Which database this is (see Schema): a copy that was restored elsewhere differs.
    identity text NOT NULL DEFAULT ''
);
INSERT INTO store (version) VALUES (0);

-- Who has held the store: the number goes up with each server that opens it. Kind 1 is the projects, 2 the messages.
CREATE TABLE owners (
    kind smallint PRIMARY KEY,
    generation bigint NOT NULL
);
INSERT INTO owners (kind, generation) VALUES (1, 0), (2, 0);

-- Texts of this schema that are not one of the server's own words are escaped, for PostgreSQL's have no NUL: \u and four hex digits
-- for what it does not take, \\ for a backslash. Times of projects are ISO 8601: they have nanoseconds.
CREATE TABLE projects (
    id uuid PRIMARY KEY,
    path text NOT NULL,
    directory text NOT NULL,
    name text,
    executor text NOT NULL,
    session_id text,
    created_at text NOT NULL,
    last_active text NOT NULL,
    error_code text,
    error_message text,
    error_at text
);

CREATE TABLE project_attributes (
    project uuid NOT NULL,
    name text NOT NULL,
    value text NOT NULL
);
CREATE INDEX project_attributes_project ON project_attributes (project);

-- The logs that there are.
CREATE TABLE logs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project uuid NOT NULL UNIQUE,
    epoch uuid NOT NULL,
    first_seq bigint NOT NULL DEFAULT 1,
    -- The mark of the run of PostgreSQL in which records were shown that may not be on its disk; null if there are none.
    unsynced uuid
);

-- Logs that are deleted, and whose records are still to be removed.
CREATE TABLE deleted_logs (
    id bigint PRIMARY KEY
);

-- The mark of this run of PostgreSQL: being unlogged, the table is empty after a crash, and keeps its row in an orderly stop.
CREATE UNLOGGED TABLE runs (
    mark uuid NOT NULL
);

-- What a log has records of.
CREATE TABLE kinds (
    log bigint NOT NULL,
    kind integer NOT NULL,
    direction text NOT NULL,
    type text NOT NULL,
    PRIMARY KEY (log, kind)
);

CREATE TABLE messages (
    log bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    kind integer NOT NULL,
    -- How many records of this kind there were up to here: counting takes two of these instead of a walk.
    nth bigint NOT NULL,
    -- How many bytes all contents had up to here.
    so_far bigint NOT NULL,
    agent text,
    agent_offset bigint,
    size bigint NOT NULL,
    -- Null if it is in message_parts.
    content bytea,
    PRIMARY KEY (log, seq)
);
CREATE INDEX messages_kind ON messages (log, kind, seq) INCLUDE (nth);
CREATE INDEX messages_agent ON messages (log, agent, seq) WHERE agent IS NOT NULL;

-- Large contents, in parts of 64 KiB.
CREATE TABLE message_parts (
    log bigint NOT NULL,
    seq bigint NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (log, seq, part)
);

-- For people: what there is, as text.
CREATE VIEW history AS
SELECT l.project, m.seq, m.at, k.direction, k.type, m.agent,
    convert_from(
        coalesce(m.content, (SELECT string_agg(p.bytes, ''::bytea ORDER BY p.part) FROM message_parts p
            WHERE p.log = m.log AND p.seq = m.seq)),
        'UTF8') AS content
FROM logs l
JOIN messages m ON m.log = l.id AND m.seq >= l.first_seq
JOIN kinds k ON k.log = m.log AND k.kind = m.kind;
