/** What the rows of a plain request must be, worked out from the contract without any code of the decoders. */
import {
  efficiency,
  FEATURE_STATUSES,
  PERFORMANCE_TIERS,
  performanceTier,
} from '@heartwood/semconv';
import type { Any, KeyValue, PlainRequest, PlainResource, PlainScope, PlainSpan } from './model.ts';
import { RECEIVED_NS } from './model.ts';
import type { ReadSpan } from './rows.ts';

export const EARLIEST_NS: bigint = 946_684_800_000_000_000n;
export const DAY_NS: bigint = 86_400_000_000_000n;

/** Rows of all spans with valid ids; only features that senders name, no mapping rule. */
export function expectedSpans(request: PlainRequest): ReadSpan[] {
  return request.flatMap((resource) =>
    resource.scopes.flatMap((scope) =>
      scope.spans
        .filter((span) => !isZero(span.traceId) && !isZero(span.spanId))
        .map((span) => expectedSpan(resource, scope, span)),
    ),
  );
}

const isZero = (hex: string): boolean => /^0*$/.test(hex);

function expectedSpan(resource: PlainResource, scope: PlainScope, span: PlainSpan): ReadSpan {
  const marks = new Set<string>();
  const first = new Map<string, Any>();
  for (const [key, value] of span.attributes) {
    if (first.has(key)) marks.add('DUPLICATE_KEYS');
    else first.set(key, value);
  }
  const links = span.links.filter(({ traceId, spanId }) => !isZero(traceId) && !isZero(spanId));
  for (const list of [...span.events, ...links].map(({ attributes }) => attributes))
    if (new Set(list.map(([key]) => key)).size < list.length) marks.add('DUPLICATE_KEYS');
  const text = (key: string): string => {
    const value = first.get(key);
    return value && 'string' in value ? value.string : '';
  };
  const int = (key: string, min: bigint, max: bigint): bigint | undefined => {
    const value = first.get(key);
    return value && 'int' in value && value.int >= min && value.int <= max ? value.int : undefined;
  };
  const score = (): number | undefined => {
    const value = first.get('feature.efficiency');
    if (value && 'int' in value && (value.int === 0n || value.int === 1n)) return Number(value.int);
    return value && 'double' in value && Number.isFinite(value.double) ? value.double : undefined;
  };
  const lifted = new Set<string>();
  const isUsable = (time: bigint): boolean => time >= EARLIEST_NS && time <= RECEIVED_NS + DAY_NS;
  const isClamped = !isUsable(span.startNs) || !isUsable(span.endNs);
  const hasDuration = !isClamped && span.endNs >= span.startNs;
  if (isClamped) marks.add('TIME_CLAMPED');
  if (!hasDuration) marks.add('NEGATIVE_DURATION');
  const durationNs = hasDuration ? span.endNs - span.startNs : 0n;
  const durationMs = Number(durationNs) / 1e6;
  const give = (key: string, isGiven: boolean, mark?: string): void => {
    if (!isGiven) return;
    lifted.add(key);
    if (mark) marks.add(mark);
  };
  const isRun = text('feature.name') !== '';
  const statusGiven = FEATURE_STATUSES.indexOf(text('feature.status') as never) + 1;
  const tierGiven = PERFORMANCE_TIERS.indexOf(text('feature.performance.tier') as never) + 1;
  const iterations = int('feature.iterations', 1n, 0xffffffffn);
  const inputSize = int('feature.input.size', 0n, 2n ** 63n - 1n);
  const outputSize = int('feature.output.size', 0n, 2n ** 63n - 1n);
  if (isRun) {
    if (text('feature.filter') !== '') marks.add('FILTERED');
    give('feature.name', true, 'GAVE_NAME');
    give('feature.category', text('feature.category') !== '', 'GAVE_CATEGORY');
    give('feature.component', text('feature.component') !== '', 'GAVE_COMPONENT');
    give('feature.version', text('feature.version') !== '');
    give('feature.status', statusGiven > 0, 'GAVE_STATUS');
    give('feature.performance.tier', tierGiven > 0, 'GAVE_TIER');
    give('feature.efficiency', score() !== undefined, 'GAVE_EFFICIENCY');
    give('feature.iterations', iterations !== undefined, 'GAVE_ITERATIONS');
    give('feature.input.size', inputSize !== undefined, 'GAVE_INPUT_SIZE');
    give('feature.output.size', outputSize !== undefined, 'GAVE_OUTPUT_SIZE');
  }
  give('session.id', text('session.id') !== '');
  give('user.hash', text('user.hash') !== '');
  const isRawUser = text('user.hash') === '' && text('user.id') !== '';
  give('user.id', isRawUser, 'RAW_USER');
  give('error.type', text('error.type') !== '');
  const derived = span.statusCode !== 2 ? 1 : text('error.type') === 'timeout' ? 4 : 2;
  const status = statusGiven > 0 ? statusGiven : derived;
  const serviceName = resource.attributes.find(([key]) => key === 'service.name')?.[1];
  const service = serviceName && 'string' in serviceName ? serviceName.string : '';
  const droppedLinks = span.droppedLinks + span.links.length - links.length;
  const extras = {
    statusMessage: span.statusMessage,
    traceState: span.traceState,
    events: span.events.length === 0 ? '' : `[${span.events.map(eventJson).join(',')}]`,
    links: links.length === 0 ? '' : `[${links.map(linkJson).join(',')}]`,
    original: isClamped ? `{"startTime":"${span.startNs}","endTime":"${span.endNs}"}` : '',
    droppedAttributes: span.droppedAttributes,
    droppedEvents: span.droppedEvents,
    droppedLinks,
  };
  if (Object.values(extras).some((value) => value !== '' && value !== 0)) marks.add('HAS_EXTRAS');
  return {
    startTime: isUsable(span.startNs) ? span.startNs : RECEIVED_NS,
    durationNs,
    receivedTime: RECEIVED_NS,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: isZero(span.parentSpanId) ? '' : span.parentSpanId,
    resource: envelopeJson('', resource),
    service,
    scope: envelopeJson(
      (scope.name && `,"name":${JSON.stringify(scope.name)}`) +
        (scope.version && `,"version":${JSON.stringify(scope.version)}`),
      scope,
    ),
    name: span.name,
    feature: text('feature.name'),
    category: isRun ? text('feature.category') || 'other' : '',
    component: isRun ? text('feature.component') || service : '',
    version: isRun ? text('feature.version') : '',
    errorType: text('error.type'),
    session: text('session.id'),
    user: text('user.hash') || text('user.id'),
    kind: span.kind,
    statusCode: span.statusCode,
    flags: span.flags,
    featureStatus: isRun ? status : 0,
    tier: !isRun
      ? 0
      : tierGiven || (hasDuration ? PERFORMANCE_TIERS.indexOf(performanceTier(durationMs)) + 1 : 0),
    efficiency: !isRun
      ? Number.NaN
      : (score() ??
        (hasDuration
          ? efficiency(
              FEATURE_STATUSES[status - 1] ?? 'success',
              durationMs,
              Number(outputSize ?? 0n),
              Number(iterations ?? 1n),
            )
          : Number.NaN)),
    iterations: isRun ? Number(iterations ?? 1n) : 0,
    inputSize: isRun ? (inputSize ?? 0n) : 0n,
    outputSize: isRun ? (outputSize ?? 0n) : 0n,
    attributes: canonical(
      span.attributes.filter(
        ([key], index) =>
          !lifted.has(key) || span.attributes.findIndex(([other]) => other === key) !== index,
      ),
    ),
    ...extras,
    markNames: [...marks].toSorted(),
  };
}

/**
 * Attributes of a span as JSON, ordered by key and then as they came: a span that turns out to be no run has those
 * that would have had a column at the end.
 */
export const canonical = (list: readonly KeyValue[]): string =>
  objectJson(list.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Brings a decoded row into the order of {@link expectedSpans}. */
export function comparable(span: ReadSpan): ReadSpan {
  return {
    ...span,
    attributes: sortMembers(String(span['attributes'])),
    markNames: span.markNames.toSorted(),
  };
}

function sortMembers(json: string): string {
  const members = splitMembers(json);
  return `{${members
    .map((text) => [JSON.parse(text.slice(0, keyEnd(text))) as string, text] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',')}}`;
}

/** Members of a JSON object as texts, so that keys that come twice and numbers stay as they are. */
function splitMembers(json: string): string[] {
  JSON.parse(json);
  const members: string[] = [];
  let depth = 0;
  let from = 1;
  for (let at = 1; at < json.length - 1; at++) {
    const char = json[at];
    if (char === '"') at += keyEnd(json.slice(at)) - 1;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === ',' && depth === 0) {
      members.push(json.slice(from, at));
      from = at + 1;
    }
  }
  if (json.length > 2) members.push(json.slice(from, -1));
  return members;
}

/** Length of the string literal that a text begins with. */
const keyEnd = (text: string): number => /^"(?:[^"\\]|\\.)*"/s.exec(text)?.[0].length ?? 0;

const attributesJson = (list: readonly KeyValue[]): string =>
  list.length === 0 ? '' : `,"attributes":${objectJson(list)}`;

const droppedJson = (dropped: number): string =>
  dropped === 0 ? '' : `,"droppedAttributes":${dropped}`;

const eventJson = (event: PlainSpan['events'][number]): string =>
  `{"time":"${event.timeNs}","name":${JSON.stringify(event.name)}${attributesJson(event.attributes)}${droppedJson(event.dropped)}}`;

const linkJson = (link: PlainSpan['links'][number]): string =>
  `{"traceId":"${link.traceId}","spanId":"${link.spanId}"${
    link.traceState && `,"traceState":${JSON.stringify(link.traceState)}`
  }${link.flags === 0 ? '' : `,"flags":${link.flags}`}${attributesJson(link.attributes)}${droppedJson(link.dropped)}}`;

export const envelopeJson = (
  front: string,
  { attributes, dropped, schemaUrl }: Pick<PlainResource, 'attributes' | 'dropped' | 'schemaUrl'>,
): string =>
  `{${(
    front +
    attributesJson(attributes) +
    droppedJson(dropped) +
    (schemaUrl && `,"schemaUrl":${JSON.stringify(schemaUrl)}`)
  ).slice(1)}}`;

export const objectJson = (list: readonly KeyValue[]): string =>
  `{${list.map(([key, value]) => `${JSON.stringify(key)}:${valueJson(value)}`).join(',')}}`;

export function valueJson(value: Any): string {
  if (value === null) return 'null';
  if ('string' in value) return JSON.stringify(value.string);
  if ('int' in value) return String(value.int);
  if ('bool' in value) return String(value.bool);
  if ('bytes' in value) return `{"$bytes":"${Buffer.from(value.bytes).toString('base64')}"}`;
  if ('array' in value) return `[${value.array.map(valueJson).join(',')}]`;
  if ('map' in value) {
    const text = objectJson(value.map);
    return value.map[0]?.[0].startsWith('$') ? `{"$map":${text}}` : text;
  }
  if (!Number.isFinite(value.double)) return `{"$double":"${value.double}"}`;
  if (Object.is(value.double, -0)) return '-0.0';
  const text = String(value.double);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
