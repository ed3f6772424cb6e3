"""The tables and the statements of journals that replicas share.

A journal is a row with the number that it issued last. Whoever adds entries increases it, and has the row until they
are committed, so that numbers ascend in the order in which entries become visible, without gaps. Clearing a journal
begins its next `epoch`: what other replicas have of the one before is outdated. The first epoch of a journal is the
time in microseconds, so that it differs from those of a deleted one. A replica that waits for entries says until when
in `watched_until`; only then is there a notification.
"""

from mockorders.store.records import FORMAT

CHANNEL = "mockorders_journal"
MAX_ENTRIES = 1_000  # of a sandbox; as many as in memory

TABLES = (
    """
    CREATE TABLE journals (
        sandbox text COLLATE "C" NOT NULL PRIMARY KEY,
        epoch bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
        issued bigint NOT NULL DEFAULT 0,
        cleared bigint NOT NULL DEFAULT 0,
        pins bigint NOT NULL DEFAULT 0,
        watched_until timestamptz NOT NULL DEFAULT '-infinity'
    )
    """,
    """
    CREATE TABLE entries (
        sandbox text COLLATE "C" NOT NULL,
        epoch bigint NOT NULL,
        number bigint NOT NULL,
        replica text NOT NULL,
        format integer NOT NULL,
        pinned boolean NOT NULL DEFAULT false,
        entry bytea NOT NULL,
        PRIMARY KEY (sandbox, epoch, number)
    )
    """,
    "CREATE INDEX pinned_entries ON entries (sandbox, number) WHERE pinned",
)

# `given` has the columns position, item, sandbox, replica and entry.
INSERT = f"""
, counted AS (
    SELECT sandbox, count(*) AS number FROM given GROUP BY sandbox
), issued AS (
    INSERT INTO journals AS j (sandbox, issued) SELECT sandbox, number FROM counted ORDER BY sandbox
    ON CONFLICT (sandbox) DO UPDATE SET issued = j.issued + excluded.issued
    RETURNING sandbox, epoch, issued, watched_until
), numbered AS (
    SELECT position, item, sandbox, i.epoch, replica, entry,
        i.issued - c.number + row_number() OVER (PARTITION BY sandbox ORDER BY position) AS number
    FROM given JOIN counted c USING (sandbox) JOIN issued i USING (sandbox)
), kept AS (
    INSERT INTO entries (sandbox, epoch, number, replica, format, entry)
    SELECT sandbox, epoch, number, replica, {FORMAT}, entry FROM numbered ORDER BY sandbox, number
)"""  # noqa: S608 - constants
NOTIFY = f"SELECT count(pg_notify('{CHANNEL}', sandbox)) FROM issued WHERE watched_until > now()"  # noqa: S608
ASYNCHRONOUS = "SELECT set_config('synchronous_commit', 'off', true)"  # for this statement
ADD = f"""
WITH given AS MATERIALIZED (
    SELECT position, position AS item, sandbox, replica, entry
    FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS g(sandbox, replica, entry, position)
){INSERT}
SELECT epoch, number, ({NOTIFY}), ({ASYNCHRONOUS}) FROM numbered ORDER BY position
"""  # noqa: S608 - constants
FIND = f"""
SELECT epoch, number FROM journals j JOIN entries e USING (sandbox, epoch)
WHERE sandbox = $1 AND number > issued - {MAX_ENTRIES} AND replica = $2 AND entry = $3
"""  # noqa: S608 - constants
REPLACE = "UPDATE entries SET entry = $4 WHERE sandbox = $1 AND epoch = $2 AND number = $3"

READ = f"""
SELECT j.epoch, j.issued, j.cleared, j.pins, e.number, e.replica, e.format, e.entry, coalesce(
    (SELECT min(number) FROM entries WHERE sandbox = j.sandbox AND epoch = j.epoch AND NOT pinned), j.issued + 1
) AS first
FROM journals j LEFT JOIN LATERAL (
    SELECT number, replica, format, entry FROM entries
    WHERE sandbox = j.sandbox AND epoch = j.epoch AND number > CASE WHEN j.epoch = $2 THEN $3 ELSE 0 END
    ORDER BY number DESC LIMIT {MAX_ENTRIES}
) e ON true
WHERE j.sandbox = $1 ORDER BY e.number
"""  # noqa: S608 - constants
READ_PINNED = "SELECT number, replica, format, entry FROM entries WHERE sandbox = $1 AND pinned ORDER BY number"

# Each begins the next epoch of a journal, or deletes it, and deletes what the statement sees of the epochs before. It
# is one statement, so that a replica that is stopped meanwhile has no row locked for longer.
BEGIN = f"""
WITH begun AS (
    {{change}} WHERE sandbox = $1 RETURNING sandbox, {{epoch}} AS epoch, watched_until
), removed AS (
    DELETE FROM entries e USING begun b
    WHERE e.sandbox = b.sandbox AND e.epoch < b.epoch AND (NOT e.pinned OR {{pinned}})
)
SELECT pg_notify('{CHANNEL}', sandbox) FROM begun WHERE watched_until > now()
"""  # noqa: S608 - constants
CLEARED = "UPDATE journals SET epoch = epoch + 1, cleared = issued"
CLEAR = BEGIN.format(change=CLEARED, epoch="epoch", pinned="false")
WAS_RESET = "UPDATE journals SET epoch = epoch + 1, issued = 0, cleared = 0, pins = pins + 1"
RESET = BEGIN.format(change=WAS_RESET, epoch="epoch", pinned="true")
DELETE = BEGIN.format(change="DELETE FROM journals", epoch="epoch + 1", pinned="true")
DELETE_ALL = """
DELETE FROM entries e WHERE e.sandbox = $1 AND NOT EXISTS (SELECT FROM journals j WHERE j.sandbox = e.sandbox)
"""
PIN = """
WITH changed AS (
    UPDATE entries SET pinned = $3 WHERE sandbox = $1 AND number = $2 AND pinned <> $3
    AND epoch = (SELECT max(epoch) FROM entries WHERE sandbox = $1 AND number = $2) RETURNING sandbox
) UPDATE journals SET pins = pins + 1 WHERE sandbox IN (SELECT sandbox FROM changed)
"""
DELETE_UNPINNED = """
DELETE FROM entries e USING journals j
WHERE e.sandbox = $1 AND j.sandbox = e.sandbox AND e.epoch < j.epoch AND NOT e.pinned
"""
TRIM = f"""
WITH sized AS (
    SELECT sandbox, epoch, number, sum(octet_length(entry)) OVER (ORDER BY number DESC) AS total
    FROM entries JOIN journals USING (sandbox, epoch) WHERE sandbox = $1
)
DELETE FROM entries e USING sized s, journals j
WHERE e.sandbox = s.sandbox AND e.epoch = s.epoch AND e.number = s.number AND j.sandbox = s.sandbox AND NOT e.pinned
AND (e.number <= j.issued - {MAX_ENTRIES} OR s.total > $2)
"""  # noqa: S608 - constants
WATCH = """
INSERT INTO journals (sandbox, watched_until) VALUES ($1, now() + make_interval(secs => $2))
ON CONFLICT (sandbox) DO UPDATE SET watched_until = excluded.watched_until
"""
