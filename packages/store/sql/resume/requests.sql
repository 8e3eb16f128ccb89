-- Requests by which a repeated one is known: the newest so many, oldest first.
SELECT hash, accepted, rejected
FROM (
  SELECT hash, accepted, rejected, received_time, record
  FROM requests
  WHERE received_time >= make_timestamp_ns($since)
  ORDER BY received_time DESC, record DESC
  LIMIT $keep
)
ORDER BY received_time, record
