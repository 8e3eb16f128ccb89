-- Kinds of errors in a range, those that occurred most often first, beside what was in the time before it.
-- include part/error-occurrences.sql
grouped AS (
  SELECT
    fingerprint,
    count(*) FILTER (WHERE is_now) AS occurrences,
    count(*) FILTER (WHERE NOT is_now) AS before,
    coalesce(sum(records) FILTER (WHERE is_now), 0)::BIGINT AS records,
    coalesce(sum(runs) FILTER (WHERE is_now), 0)::BIGINT AS runs,
    count(DISTINCT user_id) FILTER (WHERE is_now AND user_id <> 0) AS users,
    count(DISTINCT session_id) FILTER (WHERE is_now AND session_id <> 0) AS sessions,
    max(last_time) FILTER (WHERE is_now) AS last_time
  FROM occurrence
  GROUP BY fingerprint
),
top AS (
  SELECT * FROM grouped WHERE occurrences > 0
  ORDER BY occurrences DESC, last_time DESC, fingerprint
  LIMIT $limit
),
shares AS (
  SELECT *, row_number() OVER (PARTITION BY fingerprint, kind ORDER BY occurrences DESC, text) AS place
  FROM (
    SELECT o.fingerprint, 'feature' AS kind, v.text, count(*) AS occurrences
    FROM occurrence o JOIN vocabulary v ON v.id = o.feature_id
    WHERE o.is_now AND o.feature_id <> 0 AND o.fingerprint IN (SELECT fingerprint FROM top)
    GROUP BY ALL
    UNION ALL
    SELECT o.fingerprint, 'component', v.text, count(*)
    FROM occurrence o JOIN vocabulary v ON v.id = o.part_id
    WHERE o.is_now AND o.part_id <> 0 AND o.fingerprint IN (SELECT fingerprint FROM top)
    GROUP BY ALL
  )
),
slots AS (
  SELECT fingerprint, list({slot: slot, occurrences: occurrences}) AS spark
  FROM (
    SELECT fingerprint, (epoch_ns(time) - $from) // $width AS slot, count(*) AS occurrences
    FROM occurrence
    WHERE is_now AND fingerprint IN (SELECT fingerprint FROM top)
    GROUP BY ALL
  )
  GROUP BY fingerprint
),
latest AS (
  SELECT
    fingerprint,
    arg_max(trace_id, seq) FILTER (WHERE trace_id <> '00000000-0000-0000-0000-000000000000') AS trace_id,
    max(seq) FILTER (WHERE source = 0) AS log_seq
  FROM chosen
  WHERE is_now AND fingerprint IN (SELECT fingerprint FROM top)
  GROUP BY fingerprint
)
SELECT
  t.fingerprint,
  g.version,
  g.title,
  nullif(g.error_type, '') AS "errorType",
  g.category,
  nullif(g.code, '') AS code,
  g.template,
  nullif(g.stack_top, '') AS "stackTop",
  g.message,
  nullif(g.object, '') AS object,
  g.first_time AS "firstSeen",
  t.last_time AS "lastSeen",
  t.occurrences,
  t.before,
  t.records,
  t.runs,
  t.users,
  t.sessions,
  (SELECT to_json(list({feature: s.text, occurrences: s.occurrences} ORDER BY s.occurrences DESC, s.text))
   FROM shares s WHERE s.fingerprint = t.fingerprint AND s.kind = 'feature' AND s.place <= 5) AS features,
  (SELECT to_json(list({component: s.text, occurrences: s.occurrences} ORDER BY s.occurrences DESC, s.text))
   FROM shares s WHERE s.fingerprint = t.fingerprint AND s.kind = 'component' AND s.place <= 5) AS components,
  to_json(slots.spark) AS spark,
  CASE WHEN latest.trace_id IS NOT NULL THEN fa_trace_id(latest.trace_id) END AS "traceId",
  latest.log_seq AS "logSeq"
FROM top t
JOIN error_groups g ON g.fingerprint = t.fingerprint
JOIN slots ON slots.fingerprint = t.fingerprint
JOIN latest ON latest.fingerprint = t.fingerprint
ORDER BY t.occurrences DESC, t.last_time DESC, t.fingerprint
