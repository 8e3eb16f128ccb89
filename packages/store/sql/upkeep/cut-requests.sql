-- Forgets all but the newest so many requests. Sorts them all, so it is asked only when they are clearly too many.
DELETE FROM requests
WHERE received_time < (SELECT received_time FROM requests ORDER BY received_time DESC LIMIT 1 OFFSET $keep - 1)
