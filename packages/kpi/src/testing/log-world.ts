/** Random log records as plain objects, their way into a store, and filters over them in plain code. */
import type { Store } from '@heartwood/store';
import { Batch, MARK } from '@heartwood/store/batch';
import { LOG_SEVERITIES } from '@heartwood/semconv';
import { writeRow } from '../../../store/src/testing/write-row.ts';
import type { LogFilter } from '../log-filter.ts';
import { createRandom, pickFrom } from './world.ts';

/** A log record as a test sees it; null is "none". */
export interface LogRecord {
  readonly seq: bigint;
  readonly timeNs: bigint;
  readonly severityNumber: number;
  readonly body: string;
  readonly isJsonBody: boolean;
  readonly service: string | null;
  readonly component: string | null;
  readonly feature: string | null;
  readonly event: string | null;
  readonly errorType: string | null;
  readonly session: string | null;
  readonly user: string | null;
  readonly traceId: string | null;
  readonly spanId: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const TRACES = ['0af7651916cd43dd8448eb211c80319c', '00000000000000000000000000000abc'] as const;
const HEARTBEAT = 'feature.operation.heartbeat';
const SERVICES = ['shop', 'search', 'sync'] as const;
const COMPONENTS = ['cart', 'sync', 'sync.mail', '/odd/', "x'; --"] as const;
const BODIES = [
  'Syncing 17 of 40',
  'synced ✓',
  'FAILED ❌ after 3 tries',
  'ERROR in line 3',
  'a|b',
  'first line\nsecond line',
  'żółć 100% _done_',
  '$pattern \\| ? (a+)+$',
  '',
] as const;

/** Draws records with few values each, so that filters meet; many share a time. */
export function drawLogs(
  seed: number,
  startNs: bigint,
  lengthNs: bigint,
  count: number,
): LogRecord[] {
  const random = createRandom(seed * 6271);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const times = Array.from(
    { length: Math.ceil(count / 3) },
    () => startNs + BigInt(Math.floor(random() * Number(lengthNs / 1000n))) * 1000n,
  );
  return Array.from({ length: count }, (_, index) => {
    const isJsonBody = random() < 0.1;
    const order = String(100_000 + Math.floor(index / 40));
    return {
      // Many slices of numbers, each with few records.
      seq: BigInt((index + 1) * 100),
      timeNs: pick(times),
      severityNumber: pick([0, 1, 5, 9, 9, 12, 13, 17, 20, 21, 24, 25]),
      body: isJsonBody
        ? pick(['{"n":1}', '[1,2]', 'null'])
        : pick([...BODIES, `Order ${order} paid`]),
      isJsonBody,
      service: pick([...SERVICES, null]),
      component: pick([...COMPONENTS, null, null]),
      feature: pick(['checkout', 'cart', null]),
      event: pick(['paid', HEARTBEAT, null, null]),
      errorType: pick(['TypeError', null]),
      session: pick(['s1', 's2', null]),
      user: pick(['u1', 'u2', null]),
      traceId: pick([...TRACES, null]),
      spanId: pick([0n, 255n, 2n ** 63n + 9n]),
      attributes: Object.fromEntries(
        Object.entries({
          plan: pick(['pro', 'free', '', 7, true, null]),
          'order.id': pick(['17', 17, '18']),
          'k~/"y': pick(['a=b', 'c']),
          ref: pick([
            `r${order}`,
            Number(order),
            Number(order) / 8,
            [`r${order}`],
            'pro"é\u0001\t',
          ]),
        }).filter(() => random() < 0.6),
      ),
    };
  });
}

/** Lands the records of one store in one batch; the older half goes to the archive. */
export async function landLogs(store: Store, logs: readonly LogRecord[]): Promise<void> {
  const batch = new Batch(logs.length);
  const idsOf = (write: (id: bigint, text: string) => void): ((text: string | null) => bigint) => {
    const known = new Map<string, bigint>();
    return (text) => {
      if (text === null) return 0n;
      const id = known.get(text) ?? BigInt(known.size + 1);
      if (!known.has(text)) write(id, text);
      known.set(text, id);
      return id;
    };
  };
  const word = idsOf((id, text) => {
    writeRow(batch.vocabulary, { id, hash: id, text });
  });
  const actor = idsOf((id, text) => {
    writeRow(batch.identities, { id, hash: id, text });
  });
  const services = [...SERVICES, null];
  for (const [index, service] of services.entries())
    writeRow(batch.resources, {
      id: index + 1,
      hash: BigInt(index + 1),
      service_id: word(service),
      content: '{}',
    });
  writeRow(batch.scopes, { id: 1, hash: 1n, content: '{}' });
  for (const log of logs)
    writeRow(batch.logs, {
      time: log.timeNs,
      observed_time: log.timeNs,
      received_time: log.timeNs,
      seq: log.seq,
      trace_id: log.traceId ?? '0',
      span_id: log.spanId,
      resource_id: services.indexOf(log.service as (typeof SERVICES)[number] | null) + 1,
      scope_id: 1,
      severity_number: log.severityNumber,
      event_name_id: word(log.event),
      feature_id: word(log.feature),
      component_id: word(log.component),
      error_type_id: word(log.errorType),
      session_id: actor(log.session),
      user_id: actor(log.user),
      marks: log.isJsonBody ? MARK.JSON_BODY : 0,
      body: log.body,
      attributes: JSON.stringify(log.attributes),
    });
  await store.land(batch, { record: 1n, rows: 0 });
  const times = logs.map(({ timeNs }) => Number(timeNs / 1_000_000n)).toSorted((a, b) => a - b);
  const nowMs = times.at(times.length / 2) ?? 0;
  const archive = { leastRows: 1 };
  await store.keepUp({ nowMs, keepDays: 0, hotDays: 0, maxBytes: 0, otherBytes: 0, archive });
}

/** A random filter of up to four parts. */
export function drawFilter(seed: number): LogFilter {
  const random = createRandom(seed * 3571 + 11);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const parts: Readonly<Record<string, () => unknown>> = {
    service: () => pick(SERVICES),
    component: () => pick(['cart', 'sync', 'shop', "x'; --", '/^sync/', '/a|o/', '/\\.mail$/']),
    feature: () => pick(['checkout', 'cart']),
    event: () => pick(['paid', HEARTBEAT]),
    session: () => pick(['s1', 's2']),
    user: () => pick(['u1', 'u2']),
    severity: () => pick(LOG_SEVERITIES),
    minSeverity: () => pick(LOG_SEVERITIES),
    traceId: () => pick([TRACES[0].toUpperCase(), TRACES[1]]),
    spanId: () => pick(['00000000000000FF', '8000000000000009', '0000000000000000']),
    text: () =>
      pick([
        'sync',
        'Sync',
        'error',
        'ERROR',
        'ŻÓŁĆ',
        'żółć',
        '%',
        '_',
        'line\nsec',
        'order 100012',
        'Order 100031',
      ]),
    filter: () =>
      pick([
        'ERROR',
        'warning',
        'Critical',
        String.raw`Syncing\|✓\|❌`,
        'in line|tries',
        String.raw`a\\\|b`,
        'order 100012|paid',
      ]),
    pattern: () =>
      pick([
        '^S',
        '^paid$',
        'ed$',
        String.raw`\d+`,
        '(?i)error',
        'line.second',
        '(a+)+$zebra',
        'r 10001[12] p',
        '(?i)ORDER 10003\\d',
      ]),
    notPattern: () => pick(['S', 'ed', '^$', '✓', '[0-9]', 'heartbeat']),
    attribute: () =>
      pick([
        ['plan=pro'],
        ['plan='],
        ['plan=7', 'order.id=17'],
        ['ref=r100020'],
        ['ref=100003'],
        ['ref=12500.5'],
        ['ref=["r100003"]'],
        ['k~/"y=a=b'],
        ['order.id=17', 'feature.name=cart'],
        ['error.type=TypeError', 'session.id=s1'],
        ['user.hash=u1', 'nothing=1'],
      ]),
    withoutProgress: () => pick([true, false]),
  };
  const names = Object.keys(parts);
  return Object.fromEntries(
    Array.from({ length: pick([0, 1, 1, 2, 2, 3, 4]) }, () => {
      const name = pick(names);
      return [name, parts[name]?.()];
    }),
  );
}

/** Whether a record passes, said once more in plain code. */
export function passes(log: LogRecord, filter: LogFilter): boolean {
  const component = log.component ?? log.service;
  const levels: Readonly<Record<string, number>> = { error: 17, warning: 13, critical: 21 };
  const level = levels[filter.filter?.toLowerCase() ?? ''];
  const least = (name: string): number => [1, 5, 9, 13, 17, 21][wordsOf.indexOf(name)] ?? 0;
  const found = (pattern: string): boolean => {
    const expression = pattern.startsWith('(?i)')
      ? new RegExp(pattern.slice(4), 'iu')
      : new RegExp(pattern, 'u');
    return expression.test(log.body) || (log.event !== null && expression.test(log.event));
  };
  const lifted: Readonly<Record<string, string | null>> = {
    'feature.name': log.feature,
    'error.type': log.errorType,
    'session.id': log.session,
    'user.hash': log.user,
  };
  const attribute = (key: string): string | null => {
    if (key in lifted) return lifted[key] ?? null;
    const value = log.attributes[key];
    if (value === undefined || value === null) return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const { text } = filter;
  const componentPattern = filter.component?.startsWith('/')
    ? new RegExp(filter.component.slice(1, -1), 'u')
    : undefined;
  return [
    filter.service === undefined || log.service === filter.service,
    filter.component === undefined ||
      (componentPattern === undefined
        ? component === filter.component
        : component !== null && componentPattern.test(component)),
    filter.feature === undefined || log.feature === filter.feature,
    filter.event === undefined || log.event === filter.event,
    filter.session === undefined || log.session === filter.session,
    filter.user === undefined || log.user === filter.user,
    filter.severity === undefined ||
      (log.severityNumber >= least(filter.severity) &&
        log.severityNumber < least(filter.severity) + 4),
    filter.minSeverity === undefined || log.severityNumber >= least(filter.minSeverity),
    filter.traceId === undefined || log.traceId === filter.traceId.toLowerCase(),
    filter.spanId === undefined || log.spanId === BigInt(`0x${filter.spanId}`),
    text === undefined ||
      (text === text.toLowerCase()
        ? log.body.toLowerCase().includes(text)
        : log.body.includes(text)),
    filter.filter === undefined ||
      (level === undefined
        ? found(
            filter.filter
              .replace(String.raw`\\`, '\0')
              .replaceAll(String.raw`\|`, '|')
              .replace('\0', String.raw`\\`),
          )
        : log.severityNumber >= level),
    filter.pattern === undefined || found(filter.pattern),
    filter.notPattern === undefined || !found(filter.notPattern),
    (filter.attribute ?? []).every((each) => {
      const place = each.indexOf('=');
      return attribute(each.slice(0, place)) === each.slice(place + 1);
    }),
    filter.withoutProgress !== true || log.event !== HEARTBEAT,
  ].every(Boolean);
}

const wordsOf: readonly string[] = LOG_SEVERITIES;
