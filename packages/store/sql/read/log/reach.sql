-- The newest log record behind one in order of arrival; null when there is none. All up to it have landed, and stay: of a
-- request that has landed in part nothing counts, as that may be taken back.
SELECT max(seq) AS seq
FROM logs
WHERE seq > $after
  AND seq < coalesce(
    (SELECT max(first_seq) FROM landed_part WHERE (SELECT rows FROM landed_position) > 0),
    18446744073709551615::UBIGINT
  )
