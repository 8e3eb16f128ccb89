-- The request that the position stands within: with its first record still to come it has no part.
SELECT decoder, first_seq FROM landed_part WHERE (SELECT rows FROM landed_position) > 0 ORDER BY first_seq DESC LIMIT 1
