-- Adds the names of the span events of the batch that are not known of their day yet; beyond a thousand names a day has others.
-- Text that is no JSON has no names, an event without one has none: neither must keep a batch from landing.
INSERT INTO span_event_day
WITH given AS (
  SELECT DISTINCT day, name
  FROM (
    SELECT fa_day(start_time) AS day, unnest(try(json_extract_string(events, '$[*].name'))) AS name
    FROM batch_span_extras()
    WHERE events <> ''
  )
  WHERE name IS NOT NULL
),
fresh AS (
  SELECT day, name FROM given ANTI JOIN span_event_day USING (day, name)
),
known AS (
  SELECT day, count(*) AS names FROM span_event_day WHERE day IN (SELECT day FROM fresh) GROUP BY day
),
placed AS (
  SELECT
    day,
    CASE WHEN coalesce(names, 0) + row_number() OVER (PARTITION BY day ORDER BY name) <= 1000 THEN name END AS name
  FROM fresh LEFT JOIN known USING (day)
)
SELECT DISTINCT placed.day, placed.name
FROM placed
ANTI JOIN span_event_day kept ON kept.day = placed.day AND kept.name IS NOT DISTINCT FROM placed.name
