-- Says which tables and views are there now.
UPDATE meta SET schema_version = $version, views_digest = $digest
