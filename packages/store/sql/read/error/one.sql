-- A kind of error as it is kept, whether it occurred lately or not.
SELECT
  fingerprint,
  version,
  title,
  nullif(error_type, '') AS "errorType",
  category,
  nullif(code, '') AS code,
  template,
  nullif(stack_top, '') AS "stackTop",
  message,
  nullif(object, '') AS object,
  first_time AS "firstSeen",
  last_time AS "lastSeen"
FROM error_groups
WHERE fingerprint = $fingerprint::UBIGINT
