-- Groups that are not kept yet.
INSERT INTO error_groups
SELECT b.* FROM batch_error_groups() AS b ANTI JOIN error_groups AS g ON g.fingerprint = b.fingerprint
