/** What narrows log records, as people write it and as the store takes it. */
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_NAME,
  ATTR_SESSION_ID,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  EVENT_FEATURE_OPERATION_HEARTBEAT,
  EVENT_FEATURE_OPERATION_PROGRESS,
  LOG_SEVERITIES,
  type LogSeverity,
} from '@heartwood/semconv';
import type { QueryParams } from '@heartwood/store';
import { QuestionError } from './errors.ts';

/** Which log records; all that is given holds together. */
export interface LogFilter {
  readonly service?: string | undefined;
  /** The component, else the service: an exact name, or a pattern between slashes such as `/^sync/`. */
  readonly component?: string | undefined;
  readonly feature?: string | undefined;
  readonly event?: string | undefined;
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly severity?: LogSeverity | undefined;
  /** The least severity; records without one are left out then. */
  readonly minSeverity?: LogSeverity | undefined;
  /** 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
  /** 16 hexadecimal digits. */
  readonly spanId?: string | undefined;
  /** What the body holds; without a capital letter in any letter case, else as it stands. */
  readonly text?: string | undefined;
  /** A word for a severity (and all above), else a pattern of the body and of the name of an event, in which `\|` parts alternatives as `|` does. */
  readonly filter?: string | undefined;
  /** RE2 patterns: what is found in the body or in the name of an event, and what is not. */
  readonly pattern?: string | undefined;
  readonly notPattern?: string | undefined;
  /** Each `key=value`. */
  readonly attribute?: readonly string[] | undefined;
  /** Leaves out what operations say of their progress while they run. */
  readonly withoutProgress?: boolean | undefined;
}

/** The filter as the store takes it. */
export type LogParams = Omit<
  QueryParams<'log/find'>,
  'from' | 'to' | 'firstSeq' | 'lastSeq' | 'isOldest' | 'cursorTime' | 'cursorSeq' | 'limit'
>;

/** Reads a filter; undefined where nothing can pass it. Whether its patterns are any only the store can tell. */
export function toLogParams(filter: LogFilter): LogParams | undefined {
  const { service, feature, event, session, user, severity, minSeverity, text } = filter;
  const level = filter.filter === undefined ? undefined : parseLevel(filter.filter);
  const componentPattern = /^\/(.+)\/$/su.exec(filter.component ?? '')?.[1];
  const { lifted, keys, values } = parseAttributes(filter.attribute ?? []);
  const names = { feature, session, user, component: undefined, errorType: undefined };
  const known: Record<string, string | undefined> = { ...names };
  if (componentPattern === undefined) known['component'] = filter.component;
  for (const [name, value] of lifted) {
    if (known[name] !== undefined && known[name] !== value) return undefined;
    known[name] = value;
  }
  const isExact = text !== undefined && /\p{Lu}/u.test(text);
  return {
    ...known,
    service,
    componentPattern,
    event,
    minSeverity: Math.max(...[severity, minSeverity, level].map(leastOf)) || undefined,
    maxSeverity: severity === undefined ? undefined : leastOf(severity) + 3,
    traceId: filter.traceId?.toLowerCase(),
    spanId: filter.spanId === undefined ? undefined : String(BigInt(`0x${filter.spanId}`)),
    text: isExact ? undefined : text,
    exactText: isExact ? text : undefined,
    pattern: filter.pattern,
    filterPattern:
      level === undefined && filter.filter !== undefined ? toPattern(filter.filter) : undefined,
    notPattern: filter.notPattern,
    attributeKeys: keys,
    attributeValues: values,
    attributeNeedle: needleOf(keys),
    hidden: filter.withoutProgress === true ? PROGRESS : [],
  };
}

/** The severity that a word names, in any letter case; undefined for any other text. */
function parseLevel(text: string): LogSeverity | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'warning') return 'warn';
  if (word === 'critical') return 'fatal';
  return LOG_SEVERITIES.find((severity) => severity === word);
}

const PROGRESS = [EVENT_FEATURE_OPERATION_HEARTBEAT, EVENT_FEATURE_OPERATION_PROGRESS];

/** First of the four numbers of a severity (OpenTelemetry log data model); 0 without one. */
const leastOf = (severity: LogSeverity | undefined): number =>
  severity === undefined ? 0 : LOG_SEVERITIES.indexOf(severity) * 4 + 1;

/** A pattern as grep writes it: `\|` parts alternatives. Every other pair of `\` and a sign stays. */
const toPattern = (filter: string): string =>
  filter.replaceAll(/\\(.)/gsu, (pair, sign: string) => (sign === '|' ? '|' : pair));

/** Attributes that the intake keeps in columns of their own. */
const LIFTED: Readonly<Record<string, string>> = {
  [ATTR_FEATURE_NAME]: 'feature',
  [ATTR_FEATURE_COMPONENT]: 'component',
  [ATTR_ERROR_TYPE]: 'errorType',
  [ATTR_SESSION_ID]: 'session',
  [ATTR_USER_HASH]: 'user',
  [ATTR_USER_ID]: 'user',
};

function parseAttributes(texts: readonly string[]): {
  lifted: [string, string][];
  keys: string[];
  values: string[];
} {
  const lifted: [string, string][] = [];
  const rest: [string, string][] = [];
  for (const text of texts) {
    const place = text.indexOf('=');
    if (place < 1) throw new QuestionError('ATTRIBUTE_INVALID', 'attribute', { value: text });
    const [key, value] = [text.slice(0, place), text.slice(place + 1)];
    const name = Object.hasOwn(LIFTED, key) ? LIFTED[key] : undefined;
    if (name === undefined) rest.push([key, value]);
    else lifted.push([name, value]);
  }
  return { lifted, keys: rest.map(([key]) => key), values: rest.map(([, value]) => value) };
}

/** The longest key that JSON writes in one way only: looking for its bytes spares reading JSON. */
function needleOf(keys: readonly string[]): string | undefined {
  const plain = keys.filter((key) => /^[\w .:-]+$/u.test(key));
  const longest = plain.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : `"${longest}"`;
}
