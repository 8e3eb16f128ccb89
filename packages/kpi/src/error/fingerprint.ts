/** What kind of error a record tells of: its fingerprint, its title, its category, and what it is about. */
import { createHash } from 'node:crypto';
import { findObject, portOf } from './actions.ts';
import { categoryOf, findCode } from './category.ts';
import { type ErrorCategory } from './categories.ts';
import { ownFrames } from './stack.ts';
import { toTemplate } from './template.ts';

/** Of the way in which fingerprints are made: another way gets another number, and what is kept keeps its own. */
export const FINGERPRINT_VERSION = 1;

/** What a record says of an error; null is "not said". */
export interface ErrorFacts {
  readonly errorType: string | null;
  readonly message: string | null;
  readonly stack: string | null;
  readonly code: string | null;
  readonly httpStatus: number | null;
  /** It names a database system. */
  readonly isDatabase: boolean;
  /** The fingerprint that the app gave, any text. */
  readonly given: string | null;
}

/** A kind of error, as one record shows it. */
export interface ErrorKind {
  /** 64 bits. */
  readonly fingerprint: bigint;
  readonly title: string;
  readonly errorType: string | null;
  readonly category: ErrorCategory;
  readonly code: string | null;
  readonly template: string;
  /** The innermost call of the app. */
  readonly stackTop: string | null;
  readonly message: string;
  readonly object: string | null;
}

/**
 * Tells the kind by the first of these that is there: what the app gave, the type with the innermost calls of the app, the
 * type with the message without what varies, that message alone; the order of Sentry
 * (https://docs.sentry.io/concepts/data-management/event-grouping/).
 */
export function toErrorKind(facts: ErrorFacts): ErrorKind {
  const { message, stackText } = partsOf(facts);
  const errorType = facts.errorType?.slice(0, LONGEST_TYPE) ?? null;
  const template = toTemplate(message);
  const frames = stackText === null ? [] : ownFrames(stackText);
  const code = facts.code ?? findCode(`${errorType ?? ''} ${template}`);
  const object = findObject(message, code);
  const port = object === null ? null : portOf(object);
  return {
    fingerprint: hash(keyOf(facts.given, errorType, frames, template)),
    title: titleOf(errorType, template),
    errorType,
    category: categoryOf({ ...facts, errorType, template, code, port }),
    code,
    template,
    stackTop: frames.at(0) ?? null,
    message: message.slice(0, LONGEST_MESSAGE),
    object,
  };
}

/** The kind that stands for all beyond as many as are told apart. */
export const OTHER_KIND: ErrorKind = {
  fingerprint: hash(['$other']),
  title: '$other: errors of more kinds than are told apart',
  errorType: null,
  category: 'unknown',
  code: null,
  template: '$other',
  stackTop: null,
  message: '',
  object: null,
};

/** `v1:` and 16 hexadecimal digits, as people see it. */
export const fingerprintText = (fingerprint: bigint | string, version: number): string =>
  `v${String(version)}:${
    typeof fingerprint === 'string' ? fingerprint : fingerprint.toString(16).padStart(16, '0')
  }`;

const LONGEST_TYPE = 256;
const LONGEST_MESSAGE = 1024;
const LONGEST_TITLE = 200;
const NO_WORDS = 'no type and no message';

/** Of a message with the stack behind it only what stands before. */
function partsOf({ message, stack }: ErrorFacts): {
  readonly message: string;
  readonly stackText: string | null;
} {
  const text = message ?? '';
  const calls = text.indexOf('\n    at ');
  if (calls < 0) return { message: text, stackText: stack };
  return { message: text.slice(0, calls), stackText: stack ?? text.slice(calls) };
}

function keyOf(
  given: string | null,
  errorType: string | null,
  frames: readonly string[],
  template: string,
): readonly string[] {
  if (given !== null && given !== '') return ['given', given];
  if (frames.length > 0) return ['stack', errorType ?? '', ...frames];
  return ['message', errorType ?? '', template];
}

function hash(key: readonly string[]): bigint {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  return digest.readBigUInt64BE(0);
}

function titleOf(errorType: string | null, template: string): string {
  const isSaid = errorType === null || template.startsWith(`${errorType}:`);
  const words = isSaid ? template : [errorType, template].filter(Boolean).join(': ');
  // Without a word nobody would see that there is one.
  const title = words === '' ? NO_WORDS : words;
  return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title;
}
