-- Makes room for a day that is summed up again.
DELETE FROM daily_summaries WHERE day = $day AND zone = $zone
