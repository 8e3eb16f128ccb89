-- The last log record and the last span that have landed behind these numbers, in the database file and in the archive; of
-- requests that have landed in part nothing, as that may be taken back. NULL: none.
WITH part AS (
  SELECT coalesce(
    (SELECT max(first_seq) FROM landed_part WHERE (SELECT rows FROM landed_position) > 0),
    18446744073709551615::UBIGINT
  ) AS seq
)
SELECT
  (SELECT max(seq) FROM hot_logs WHERE seq > $logSeq AND seq < (SELECT seq FROM part)) AS "logSeq",
  (SELECT max(seq) FROM hot_spans WHERE seq > $spanSeq AND seq < (SELECT seq FROM part)) AS "spanSeq",
  (SELECT max(last_seq) FROM archive_files WHERE table_name = 'logs' AND last_seq > $logSeq) AS "archivedLogSeq",
  (SELECT max(last_seq) FROM archive_files WHERE table_name IN ('spans', 'span_extras') AND last_seq > $spanSeq) AS "archivedSpanSeq"
