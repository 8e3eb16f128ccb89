-- seq of the first row of the request that the position stands within; null when it stands between two.
SELECT max(first_seq) FROM landed_part WHERE (SELECT rows FROM landed_position) > 0
