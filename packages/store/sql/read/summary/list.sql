-- Days that were summed up, the newest first.
SELECT day, zone, made, partial, content
FROM daily_summaries
WHERE ($zone::VARCHAR IS NULL OR zone = $zone) AND day >= $fromDay AND day <= $toDay
ORDER BY day DESC, made DESC
LIMIT $limit
