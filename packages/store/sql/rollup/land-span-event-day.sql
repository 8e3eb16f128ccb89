-- Adds the names of the span events of the batch that are not known of their day yet; beyond a thousand names a day has others.
-- Text that is no JSON has no names: it must not keep a batch from landing.
INSERT INTO span_event_day
WITH given AS (
  SELECT DISTINCT fa_day(start_time) AS day, unnest(try(json_extract_string(events, '$[*].name'))) AS name
  FROM batch_span_extras()
  WHERE events <> ''
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
    CASE WHEN coalesce(names, 0) + row_number() OVER (PARTITION BY day ORDER BY name) <= 1000 THEN name ELSE '' END AS name
  FROM fresh LEFT JOIN known USING (day)
)
SELECT DISTINCT day, name FROM placed ANTI JOIN span_event_day USING (day, name)
