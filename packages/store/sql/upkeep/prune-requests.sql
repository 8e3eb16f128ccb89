-- Forgets requests that are older than the time from which a repeated one is known, or beyond the newest so many.
DELETE FROM requests
WHERE received_time < make_timestamp_ns($since)
  OR received_time < (SELECT received_time FROM requests ORDER BY received_time DESC LIMIT 1 OFFSET $keep)
