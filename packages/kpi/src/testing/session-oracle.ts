/** Sessions told over arrays, one record after the other. */
import type { Session, SessionFilter } from '../session/session.ts';
import type { SessionWorld } from './session-world.ts';

interface Range {
  readonly from: bigint;
  readonly to: bigint;
  readonly lookFrom: bigint;
  readonly now: bigint;
}

/** What an answer says of a session, without its texts of times. */
export type ToldSession = Omit<
  Session,
  'startedAt' | 'endedAt' | 'lastSeenAt' | 'user' | 'service' | 'notes'
> & {
  readonly startNs: bigint;
  readonly endNs: bigint | null;
  readonly firstSeq: bigint;
};

const SILENCE_NS = 1_800_000_000_000n;
const OWN = ['session.start', 'session.end', 'feature.paused', 'feature.resumed'];

interface Rec {
  readonly seq: bigint;
  readonly timeNs: bigint;
  readonly endNs: bigint;
  readonly isRun: boolean;
  readonly event: string | null;
  readonly component: string | null;
  readonly service: string | null;
  readonly user: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly hasFailed: boolean;
  readonly isError: boolean;
}

/** In the order of the answer. */
export function tellSessions(
  { spans, logs }: SessionWorld,
  range: Range,
  filter: SessionFilter,
): ToldSession[] {
  const bySession = new Map<string, Rec[]>();
  const add = (session: string | null, record: Rec): void => {
    if (session === null || record.timeNs < range.lookFrom) return;
    bySession.set(session, [...(bySession.get(session) ?? []), record]);
  };
  for (const span of spans)
    if (span.feature !== null)
      add(span.session, {
        seq: span.seq,
        timeNs: span.startNs,
        endNs: span.startNs + span.durationNs,
        isRun: true,
        event: null,
        component: null,
        service: span.service,
        user: span.user,
        facts: JSON.parse(span.attributes) as Record<string, unknown>,
        hasFailed: span.featureStatus === 2 || span.featureStatus === 4,
        isError: false,
      });
  for (const log of logs)
    add(log.session, {
      seq: log.seq,
      timeNs: log.timeNs,
      endNs: log.timeNs,
      isRun: false,
      event: log.event,
      component: log.component,
      service: log.service,
      user: log.user,
      facts: JSON.parse(log.attributes) as Record<string, unknown>,
      hasFailed: false,
      isError: (log.severity ?? 9) >= 17,
    });
  return [...bySession]
    .filter(([, records]) =>
      records.some(
        ({ timeNs, service }) =>
          timeNs >= range.from &&
          timeNs < range.to &&
          (filter.service === undefined || service === filter.service),
      ),
    )
    .map(([id, records]) => tell(id, records.toSorted(byTime), range.now))
    .filter(
      ({ told, user, speaks }) =>
        (filter.kind === undefined ||
          (told.kind === filter.kind && (filter.kind !== 'work' || speaks))) &&
        (filter.state === undefined || told.state === filter.state) &&
        (filter.component === undefined || told.component === filter.component) &&
        (filter.user === undefined || user === filter.user) &&
        (filter.isCi !== true || told.metadata['ci.mode'] !== undefined),
    )
    .map(({ told }) => told)
    .toSorted((a, b) => compare(b.startNs, a.startNs) || compare(b.firstSeq, a.firstSeq));
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
const byTime = (a: Rec, b: Rec): number => compare(a.timeNs, b.timeNs) || compare(a.seq, b.seq);
const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const sooner = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function tell(
  id: string,
  records: readonly Rec[],
  now: bigint,
): { told: ToldSession; user: string | null; speaks: boolean } {
  const own = records.filter(
    ({ event, facts }) =>
      event !== null &&
      OWN.includes(event) &&
      (event.startsWith('session') || facts['feature.operation.id'] === undefined),
  );
  const start = own.find(({ event }) => event === 'session.start');
  const end = own.find(({ event }) => event === 'session.end');
  const arrived = records.toSorted((a, b) => compare(a.seq, b.seq));
  const [first] = arrived;
  if (first === undefined) throw new RangeError('a session has records');
  const firstNs = records.map(({ timeNs }) => timeNs).reduce(sooner);
  const lastNs = records.map(({ endNs }) => endNs).reduce(later);
  const isSilent = now - lastNs > SILENCE_NS;
  const word = ['work', 'visit', 'run'].find((kind) => kind === first.facts['session.kind']);
  const speaks = own.length > 0;
  const kind = (speaks ? 'work' : (word ?? null)) as Session['kind'];
  const saidNs = (name: string): bigint | undefined => {
    const seconds = end?.facts[name];
    return typeof seconds === 'number' ? BigInt(Math.round(seconds * 1e9)) : undefined;
  };
  const [saidActive, saidPaused] = ['feature.active_duration', 'feature.paused_duration'].map(
    saidNs,
  );
  const startNs =
    start?.timeNs ??
    (end === undefined
      ? firstNs
      : sooner(firstNs, end.timeNs - (saidActive ?? 0n) - (saidPaused ?? 0n)));
  let untilNs = lastNs;
  if (end !== undefined) untilNs = end.timeNs;
  else if (speaks && !isSilent) untilNs = later(lastNs, now);
  const within = (ns: bigint): bigint => sooner(later(ns, startNs), untilNs);
  const moves = own.filter(({ event }) => event?.startsWith('feature'));
  let pausedNs = 0n;
  let pauses = 0;
  let since: bigint | undefined;
  for (const { event, timeNs } of moves) {
    if (event === 'feature.paused' && since === undefined) {
      since = within(timeNs);
      pauses++;
    } else if (event === 'feature.resumed' && since !== undefined) {
      pausedNs += within(timeNs) - since;
      since = undefined;
    }
  }
  const isPaused = since !== undefined;
  if (since !== undefined) pausedNs += untilNs - since;
  let state: Session['state'] = isSilent ? 'ended' : 'active';
  if (speaks) state = isSilent ? 'abandoned' : isPaused ? 'paused' : 'active';
  if (end !== undefined) state = 'ended';
  const activeMs = Number(saidActive ?? later(untilNs - startNs - pausedNs, 0n)) / 1e6;
  const pausedMs = Number(saidPaused ?? pausedNs) / 1e6;
  const lastPause = moves.findLast(({ event }) => event === 'feature.paused');
  const reason = (state === 'ended' ? end : state === 'paused' ? lastPause : undefined)?.facts[
    'feature.reason'
  ];
  let reached = records[0]?.endNs ?? 0n;
  let gaps = 0;
  for (const { timeNs, endNs } of records) {
    if (timeNs - reached > SILENCE_NS) gaps++;
    reached = later(reached, endNs);
  }
  const metadata = Object.fromEntries(
    Object.entries(start?.facts ?? {}).flatMap(([key, value]) =>
      key.startsWith('feature.metadata.') ? [[key.slice(17), value]] : [],
    ),
  );
  const told: ToldSession = {
    id,
    kind,
    component: own.find(({ component }) => component !== null)?.component ?? null,
    state,
    startNs,
    endNs: state === 'active' || state === 'paused' ? null : untilNs,
    firstSeq: first.seq,
    durationMs: activeMs + pausedMs,
    activeMs,
    pausedMs,
    pauseCount: (end?.facts['feature.pause.count'] as number | undefined) ?? pauses,
    runs: records.filter(({ isRun }) => isRun).length,
    failed: records.filter(({ hasFailed }) => hasFailed).length,
    events: records.filter(({ event }) => event === 'paid').length,
    errors: records.filter(({ isError }) => isError).length,
    previousId: (start?.facts['session.previous_id'] as string | undefined) ?? null,
    reason: (reason as string | undefined) ?? null,
    metadata,
    gaps,
  };
  return { told, speaks, user: arrived.findLast((record) => record.user !== null)?.user ?? null };
}
