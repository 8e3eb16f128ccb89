-- landed_part: a new table only.
SELECT 4
