-- After start nothing but the tables can be reached: no files, no network, no other database, and no way to switch that back on.
SET GLOBAL TimeZone = 'UTC';
SET enable_external_access = false;
SET lock_configuration = true;
