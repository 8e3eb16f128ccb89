-- Forgets requests from before the time from which a repeated one is known.
DELETE FROM requests WHERE received_time < make_timestamp_ns($since)
