-- The kinds of errors that are kept.
SELECT fingerprint FROM error_groups
