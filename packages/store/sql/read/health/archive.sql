-- The files that the archive should have, with their length.
SELECT file, bytes FROM archive_files ORDER BY file
