-- Which version of the tables and which text of the views the database has.
SELECT schema_version AS version, views_digest AS digest FROM meta
