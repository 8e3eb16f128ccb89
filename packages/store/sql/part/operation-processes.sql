-- The six names are those of OPERATION_EVENTS in semconv.
WITH names AS (
  SELECT id, text FROM vocabulary
  WHERE text IN (
    'feature.operation.start', 'feature.operation.progress', 'feature.operation.heartbeat', 'feature.operation.end',
    'feature.paused', 'feature.resumed'
  )
),
processes AS (
  SELECT
    r.id,
    v.text AS service,
    r.content ->> '$.attributes."service.instance.id"' AS instance,
    r.content ->> '$.attributes."host.name"' AS host,
    TRY_CAST(r.content ->> '$.attributes."process.pid"' AS UINTEGER) AS pid
  FROM resources r
  LEFT JOIN vocabulary v ON v.id = r.service_id
),
