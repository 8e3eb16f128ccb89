/** Errors that stop the start of the server. */
import { defineErrors } from '@heartwood/semconv';

export const serverError = defineErrors({
  SERVER_BAD_CONFIG: {
    message: '{count} setting(s) cannot be used:\n{problems}',
    retryable: false,
  },
  SERVER_PORT_IN_USE: {
    message:
      'port {port} on {host} is already in use; stop the program that listens there or set {variable} to another port (0 takes any free one)',
    retryable: false,
  },
  SERVER_LISTEN_FAILED: {
    message: 'cannot listen on {host}:{port} ({reason}); set {variable} or HEARTWOOD_HOST',
    retryable: false,
  },
  SERVER_TLS_FILE: {
    message:
      'the files for TLS cannot be used:\n{problems}\nput files in their place that can, or unset the variables to listen without TLS',
    retryable: false,
  },
  SERVER_DEFINITIONS: {
    message:
      'the definitions in {folder} cannot be used:\n{problems}\nmend the files, or set HEARTWOOD_DEFINITIONS to another folder',
    retryable: false,
  },
  SERVER_NO_DEFINITIONS: {
    message:
      'there is no folder {folder}; make it, set HEARTWOOD_DEFINITIONS to the folder of definitions, or unset it',
    retryable: false,
  },
  SERVER_NO_DATA: {
    message: 'there is no database at {path}; set HEARTWOOD_DATA_DIR to the data folder',
    retryable: false,
  },
  SERVER_RESTORE_PLACE: {
    message:
      'a backup is restored as a whole data folder, but the database is to lie at {database}; unset FEATURE_TRACKING_DB_PATH, or copy the files by hand',
    retryable: false,
  },
  SERVER_CONTROL_REFUSED: {
    message:
      'the server of {file} answered {status}; use the command of the same version as the server',
    retryable: false,
  },
  SERVER_CONTROL_LOST: {
    message:
      'the server of {file} was asked and went before it answered ({reason}); look whether it runs, and ask again',
    retryable: true,
  },
});
