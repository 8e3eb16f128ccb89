-- Groups that no record is left of, but for the 5,000 that were seen last: what comes back within that is not new.
DELETE FROM error_groups
WHERE fingerprint NOT IN (SELECT fingerprint FROM error_occurrences)
  AND fingerprint NOT IN (SELECT fingerprint FROM error_groups ORDER BY last_time DESC, fingerprint LIMIT 5000)
