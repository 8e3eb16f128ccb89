-- Who sent what, by resource. A process is its instance id, else its host and number, else its resource: its spans, logs and
-- metrics may have two.
senders AS (
  SELECT
    r.id AS resource_id,
    service.text AS service,
    fa_attr_text(r.content::JSON -> 'attributes', $instanceKey) AS instance,
    fa_attr_text(r.content::JSON -> 'attributes', $hostKey) AS host,
    fa_attr_text(r.content::JSON -> 'attributes', $pidKey) AS pid
  FROM resources r
  LEFT JOIN vocabulary service ON service.id = r.service_id
),
processes AS (
  SELECT
    *,
    coalesce(service, '') || CASE
      WHEN instance IS NOT NULL THEN ' i ' || instance
      WHEN pid IS NOT NULL THEN ' p ' || pid || ' ' || coalesce(host, '')
      ELSE ' r ' || resource_id
    END AS process
  FROM senders
),
