-- Operations that are over, by their ids.
-- include part/operation-columns.sql
WHERE o.id IN (SELECT unnest($ids))
