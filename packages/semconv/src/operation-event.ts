/** The events that tell of an operation, and what their attributes say: read in one way, wherever they come from. */
import {
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_OPERATION_BLOCKED,
  ATTR_FEATURE_OPERATION_CURRENT,
  ATTR_FEATURE_OPERATION_DESCRIPTION,
  ATTR_FEATURE_OPERATION_DURATION,
  ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL,
  ATTR_FEATURE_OPERATION_ID,
  ATTR_FEATURE_OPERATION_MESSAGE,
  ATTR_FEATURE_OPERATION_PARENT_ID,
  ATTR_FEATURE_OPERATION_SEQUENCE,
  ATTR_FEATURE_OPERATION_TOTAL,
  ATTR_FEATURE_OPERATION_UNIT,
  ATTR_FEATURE_PROGRESS,
  ATTR_FEATURE_REASON,
  ATTR_FEATURE_STATUS,
} from './attributes.ts';
import {
  EVENT_FEATURE_OPERATION_END,
  EVENT_FEATURE_OPERATION_HEARTBEAT,
  EVENT_FEATURE_OPERATION_PROGRESS,
  EVENT_FEATURE_OPERATION_START,
  EVENT_FEATURE_PAUSED,
  EVENT_FEATURE_RESUMED,
} from './signals.ts';
import { FEATURE_STATUSES, type FeatureStatus } from './values.ts';

export type OperationEventKind = 'start' | 'progress' | 'heartbeat' | 'paused' | 'resumed' | 'end';

/** Name of the event of each kind. A pause or its end without an operation's id is that of a session. */
export const OPERATION_EVENTS: Readonly<Record<OperationEventKind, string>> = {
  start: EVENT_FEATURE_OPERATION_START,
  progress: EVENT_FEATURE_OPERATION_PROGRESS,
  heartbeat: EVENT_FEATURE_OPERATION_HEARTBEAT,
  paused: EVENT_FEATURE_PAUSED,
  resumed: EVENT_FEATURE_RESUMED,
  end: EVENT_FEATURE_OPERATION_END,
};

/** Kind of the event with this name; undefined for all that tell of no operation. */
export const operationEventKind = (name: string): OperationEventKind | undefined => KINDS.get(name);

const KINDS: ReadonlyMap<string, OperationEventKind> = new Map(
  (Object.entries(OPERATION_EVENTS) as [OperationEventKind, string][]).map(([kind, name]) => [
    name,
    kind,
  ]),
);

/** What an event says of its operation; undefined is what it does not say, or says without sense. */
export interface OperationFacts {
  /** At most 256 letters; a longer id is cut and its hash stands behind, so that two never become one. */
  readonly id: string;
  /** Which event of its operation this is, from 0. */
  readonly sequence: number | undefined;
  /** Time since the start by a clock that only goes forward, pauses included. */
  readonly elapsedS: number | undefined;
  readonly parentId: string | undefined;
  readonly category: string | undefined;
  /** Texts for people, at most 1,024 letters. */
  readonly description: string | undefined;
  readonly message: string | undefined;
  /** Finite, 0 or more. */
  readonly current: number | undefined;
  readonly total: number | undefined;
  readonly unit: string | undefined;
  /** From 0 to 1. */
  readonly fraction: number | undefined;
  /** Time without news after which a heartbeat is sent. */
  readonly heartbeatS: number | undefined;
  /** How long the thread of the operation has not come to its event loop. */
  readonly blockedS: number | undefined;
  readonly status: FeatureStatus | undefined;
  readonly reason: string | undefined;
}

/** Reads the attributes of an event whose name {@link operationEventKind} knows; undefined when they name no operation. */
export function readOperationFacts(
  attributes: Readonly<Record<string, unknown>>,
): OperationFacts | undefined {
  const id = readId(attributes[ATTR_FEATURE_OPERATION_ID]);
  if (id === undefined) return undefined;
  return {
    id,
    sequence: readWhole(attributes[ATTR_FEATURE_OPERATION_SEQUENCE]),
    elapsedS: readAmount(attributes[ATTR_FEATURE_OPERATION_DURATION]),
    parentId: readId(attributes[ATTR_FEATURE_OPERATION_PARENT_ID]),
    category: readText(attributes[ATTR_FEATURE_CATEGORY], NAME_LETTERS),
    description: readText(attributes[ATTR_FEATURE_OPERATION_DESCRIPTION], TEXT_LETTERS),
    message: readText(attributes[ATTR_FEATURE_OPERATION_MESSAGE], TEXT_LETTERS),
    current: readAmount(attributes[ATTR_FEATURE_OPERATION_CURRENT]),
    total: readAmount(attributes[ATTR_FEATURE_OPERATION_TOTAL]),
    unit: readText(attributes[ATTR_FEATURE_OPERATION_UNIT], NAME_LETTERS),
    fraction: readFraction(attributes[ATTR_FEATURE_PROGRESS]),
    heartbeatS: readAmount(attributes[ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL]),
    blockedS: readAmount(attributes[ATTR_FEATURE_OPERATION_BLOCKED]),
    status: readStatus(attributes[ATTR_FEATURE_STATUS]),
    reason: readText(attributes[ATTR_FEATURE_REASON], TEXT_LETTERS),
  };
}

const NAME_LETTERS = 256;
const TEXT_LETTERS = 1024;

function readId(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length <= NAME_LETTERS) return value;
  const hash = `~${value.length.toString(36)}~${hashOf(value)}`;
  return `${cut(value, NAME_LETTERS - hash.length)}${hash}`;
}

function readText(value: unknown, letters: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= letters ? value : cut(value, letters);
}

const readAmount = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;

const readWhole = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? value : undefined;

const readFraction = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;

const readStatus = (value: unknown): FeatureStatus | undefined =>
  FEATURE_STATUSES.find((status) => status === value);

/** The first letters of a longer text, as a text of its own: engines else keep the whole for as long as the piece. */
function cut(text: string, letters: number): string {
  const isSplit = isHighSurrogate(text.charCodeAt(letters - 1));
  return JSON.parse(JSON.stringify(text.slice(0, isSplit ? letters - 1 : letters))) as string;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** 64 bits as text: FNV-1a forward and, by another prime, backward. */
function hashOf(text: string): string {
  let forward = 0x811c9dc5;
  let backward = 0x811c9dc5;
  for (let at = 0, end = text.length - 1; at <= end; at++) {
    forward = Math.imul(forward ^ text.charCodeAt(at), 0x01000193);
    backward = Math.imul(backward ^ text.charCodeAt(end - at), 0x010001a1);
  }
  return [forward, backward].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
