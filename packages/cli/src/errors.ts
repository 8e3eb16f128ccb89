/** What can be wrong with a call of the command line, and with what the server answers. */
import { defineErrors, type MakeError } from '@heartwood/semconv/errors';

const TABLE = {
  COMMAND_UNKNOWN: {
    message: 'There is no command {words}.{suggestion} Run heartwood --help for all of them.',
    retryable: false,
  },
  FLAG_UNKNOWN: {
    message: '{command} has no flag {flag}.{suggestion} Run {command} --help for all of them.',
    retryable: false,
  },
  FLAG_VALUE_MISSING: {
    message:
      '{flag} needs a value: {flag} {value}. Write {flag}=… for one that begins with a dash.',
    retryable: false,
  },
  FLAG_VALUE_UNWANTED: { message: '{flag} takes no value.', retryable: false },
  FLAG_VALUE_WRONG: { message: '{flag} {given}: {expected}.{suggestion}', retryable: false },
  FLAG_REPEATED: {
    message: '{flag} is given again, as {given}; give it once.',
    retryable: false,
  },
  FLAGS_TOGETHER: {
    message: '{first} and {second} exclude each other; give one of them.',
    retryable: false,
  },
  ARGUMENT_MISSING: {
    message: '{command} needs the {argument}: {command} {example}',
    retryable: false,
  },
  ARGUMENT_UNEXPECTED: {
    message: '{command} takes no further argument, yet got {given}. {remedy}',
    retryable: false,
  },
  DEFINITIONS_UNREADABLE: {
    message: 'No definitions can be read from {folder}: {reason}. Give the folder that holds them.',
    retryable: false,
  },
  TABLE_UNREADABLE: {
    message: '{file} cannot be read: {reason}. Give the file that holds the table.',
    retryable: false,
  },
  ANSWER_SHAPE: {
    message: 'The answer of {url} has not the shape that this version ({version}) reads: {where}.',
    retryable: false,
  },
  PATH_NOT_JSON: {
    message: '{answer} heartwood api get prints nothing else.',
    retryable: false,
  },
  ANSWER_CIRCLES: {
    message:
      'The server gave the cursor {cursor} twice, so its pages have no end. Ask with --limit 1000 or less.',
    retryable: false,
  },
  SERVER_ABSENT: {
    message:
      'heartwood {command} works on the files of a server, and @heartwood/server is not installed here. Run it on the machine of the server, or there as heartwood-server {command}.',
    retryable: false,
  },
  FILE_EXISTS: {
    message: '{file} exists. Give another name with --output, or --force to replace it.',
    retryable: false,
  },
  FILE_UNWRITABLE: {
    message: '{file} cannot be written: {reason}. Give another file with --output.',
    retryable: false,
  },
  FORMAT_ALONE: {
    message:
      'The form {format} is for files: give one with --output, such as --output runs.{format}.',
    retryable: false,
  },
  FILE_BROKEN: {
    message: 'The file arrived in part or changed on its way: ask again.',
    retryable: true,
  },
  FLAG_ALONE: { message: '{flag} does nothing without {other}.', retryable: false },
  OUTPUT_FAILED: { message: 'The output cannot be written: {reason}.', retryable: false },
} as const;

/** Codes that mean: the call was wrong, and stays wrong until it is written otherwise. */
export const USAGE_CODES: ReadonlySet<string> = new Set<keyof typeof TABLE>([
  'COMMAND_UNKNOWN',
  'FLAG_UNKNOWN',
  'FLAG_VALUE_MISSING',
  'FLAG_VALUE_UNWANTED',
  'FLAG_VALUE_WRONG',
  'FLAG_REPEATED',
  'FLAGS_TOGETHER',
  'FLAG_ALONE',
  'FORMAT_ALONE',
  'ARGUMENT_MISSING',
  'ARGUMENT_UNEXPECTED',
  'DEFINITIONS_UNREADABLE',
  'TABLE_UNREADABLE',
]);

/** Makes an error of this package. */
export const cliError: MakeError<keyof typeof TABLE> = defineErrors(TABLE);
