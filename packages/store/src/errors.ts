/** Every error the store can throw: code, message with the remedy, and whether trying again can help. */
import { defineErrors } from '@heartwood/semconv';

export const storeError = defineErrors({
  STORE_LOCKED: {
    message:
      'The data in {path} is in use by process {pid}. Stop that process, or choose another data folder.',
    retryable: true,
  },
  STORE_SCHEMA_TOO_NEW: {
    message:
      'The database {path} has schema version {found}, this program knows up to {known}. Upgrade Heartwood, or choose another data folder.',
    retryable: false,
  },
  STORE_OPEN_FAILED: {
    message: 'The database {path} cannot be opened: {reason}',
    retryable: false,
  },
  STORE_ARCHIVE_DAMAGED: {
    message:
      'Files of the archive of {path} are missing or cut short: {files}. Put them back from a backup, or give up what they held with "heartwood-server recover".',
    retryable: false,
  },
  STORE_DAMAGED: {
    message:
      'The database {path} is damaged: {reason}. Nothing was changed; "heartwood-server recover" keeps a copy of it and saves what can be read.',
    retryable: false,
  },
  STORE_BACKUP_EXISTS: {
    message: 'There is something at {path} already. Give a name that is free.',
    retryable: false,
  },
  STORE_BACKUP_INVALID: {
    message: '{path} is no usable backup: {reason}. Take another one.',
    retryable: false,
  },
  STORE_BACKUP_SOURCE_DAMAGED: {
    message:
      '{path} is not what was written to it, so no backup was made. Put it back from an earlier one, or run "heartwood-server recover".',
    retryable: false,
  },
  STORE_RESTORE_TARGET: {
    message: '{path} is not empty. Restore into a new folder.',
    retryable: false,
  },
  STORE_NOT_BUILT: {
    message: 'The database worker {path} does not exist. Run "npm run build" first.',
    retryable: false,
  },
  STORE_ENGINE_TOO_OLD: {
    message:
      'DuckDB {found} is installed, at least {needed} is needed: older versions lose acknowledged rows when the disk is full. Run "npm ci".',
    retryable: false,
  },
  STORE_MEMORY_TOO_LOW: {
    message:
      'The database may take {given} MiB of memory, and needs at least {least}. Raise HEARTWOOD_MEMORY_MB, or memoryLimitMiB where the store is opened in code.',
    retryable: false,
  },
  STORE_QUERIES_INVALID: {
    message: 'The SQL files and the registry of queries differ: {problems}',
    retryable: false,
  },
  STORE_QUERY_TIMEOUT: {
    message:
      'The query {name} was stopped after {timeoutMs} ms. Ask for a shorter time range or a longer timeout.',
    retryable: true,
  },
  STORE_BUSY: {
    message:
      'The query was not begun: {waiting} others wait already. Ask again in some seconds, or ask for less at once.',
    retryable: true,
  },
  STORE_QUERY_CANCELLED: { message: 'The query {name} was cancelled.', retryable: true },
  STORE_QUERY_FAILED: {
    message: 'The query {name} failed: {reason}',
    retryable: false,
  },
  STORE_QUERY_TOO_LARGE: {
    message:
      'The query {name} needs more memory than it may take. Ask for a shorter time range or fewer groups, or give the store more memory.',
    retryable: false,
  },
  STORE_ANSWER_TOO_LARGE: {
    message:
      'The answer to {name} would have {numbers} numbers, more than {limit}. Ask for fewer groups, longer buckets or a shorter range.',
    retryable: false,
  },
  STORE_QUESTION_INVALID: {
    message: 'The question cannot be asked: {reason}.',
    retryable: false,
  },
  STORE_PARAMETER_INVALID: {
    message: 'Parameter {parameter} of the query {name} must be {expected}.',
    retryable: false,
  },
  STORE_VALUE_INVALID: {
    message: 'Column {column} of the query {name} holds {value}, which is no {kind}.',
    retryable: false,
  },
  STORE_CLOSED: { message: 'The store is closed.', retryable: true },
  STORE_LAND_FAILED: {
    message:
      'The batch was not stored: {reason}. Nothing of it is in the database; send it again from the journal.',
    retryable: true,
  },
  STORE_DATA_REFUSED: {
    message:
      'The database refuses rows of the batch: {reason}. Nothing of it is stored; land it in smaller parts to find the row.',
    retryable: false,
  },
  STORE_UPKEEP_FAILED: {
    message: 'The database could not {task}: {reason}. No row is lost; try again.',
    retryable: true,
  },
  STORE_FATAL: {
    message:
      'The database stopped working: {reason}. Close the store and open it again; nothing that was acknowledged is lost.',
    retryable: true,
  },
});
