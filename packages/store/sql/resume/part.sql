-- What has landed of the request that the position stands within.
SELECT decoder, first_seq FROM landed_part
