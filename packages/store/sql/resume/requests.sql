-- Requests by which a repeated one is known, oldest first.
SELECT hash, accepted, rejected
FROM requests
WHERE received_time >= make_timestamp_ns($since)
ORDER BY received_time, record
