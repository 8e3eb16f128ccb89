/** Random log records of several processes, and what stands around some of them, found by walking over them one by one. */
import type { Store } from '@heartwood/store';
import { Batch } from '@heartwood/store/batch';
import { writeRow } from '../../../store/src/testing/write-row.ts';
import { createRandom, pickFrom } from './world.ts';

/** Senders by service and attributes; those with one `process` are the same one. */
const SENDERS = [
  { process: 'a', service: 'shop', attributes: { 'service.instance.id': 'i1', sdk: '1' } },
  { process: 'a', service: 'shop', attributes: { 'service.instance.id': 'i1', 'process.pid': 9 } },
  { process: 'b', service: 'shop', attributes: { 'service.instance.id': 'i2' } },
  { process: 'c', service: 'search', attributes: { 'service.instance.id': 'i1' } },
  { process: 'd', service: 'search', attributes: { 'host.name': 'h', 'process.pid': 7 } },
  { process: 'd', service: 'search', attributes: { 'host.name': 'h', 'process.pid': 7, sdk: '2' } },
  { process: 'e', service: 'search', attributes: { 'host.name': 'g', 'process.pid': 7 } },
  { process: 'f', service: 'search', attributes: { page: '/a' } },
  { process: 'g', service: 'search', attributes: { page: '/b' } },
] as const;
const HEARTBEAT = 'feature.operation.heartbeat';

export interface ProcessLog {
  readonly seq: bigint;
  readonly timeNs: bigint;
  readonly sender: number;
  readonly severityNumber: number;
  readonly isHeartbeat: boolean;
}

/** Records in bursts of all lengths, with silences between them and many at one time. */
export function drawProcessLogs(
  seed: number,
  { startNs, lengthNs, count }: { startNs: bigint; lengthNs: bigint; count: number },
): ProcessLog[] {
  const random = createRandom(seed * 9973);
  const bursts = Array.from({ length: Math.ceil(count / 20) }, () => ({
    atNs: startNs + BigInt(Math.floor(random() * Number(lengthNs))),
    // From microseconds to hours.
    lengthNs: 10 ** (3 + random() * 10),
  }));
  return Array.from({ length: count }, (_, place) => {
    const burst = pickFrom(bursts, random());
    const offset = Math.floor(random() * 6) * Math.floor(burst.lengthNs / 5);
    const timeNs = burst.atNs + BigInt(offset);
    return {
      seq: BigInt(place + 1),
      timeNs: timeNs < startNs + lengthNs ? timeNs : startNs + lengthNs - 1n,
      sender: Math.floor(random() * SENDERS.length),
      severityNumber: pickFrom([9, 9, 9, 9, 13, 17], random()),
      isHeartbeat: random() < 0.15,
    };
  });
}

/** Lands them; the older half goes to the archive. */
export async function landProcessLogs(store: Store, logs: readonly ProcessLog[]): Promise<void> {
  const batch = new Batch(logs.length);
  for (const [place, text] of ['shop', 'search', HEARTBEAT].entries())
    writeRow(batch.vocabulary, { id: BigInt(place + 1), hash: BigInt(place + 1), text });
  for (const [place, { service, attributes }] of SENDERS.entries())
    writeRow(batch.resources, {
      id: place + 1,
      hash: BigInt(place + 1),
      service_id: service === 'shop' ? 1n : 2n,
      content: JSON.stringify({ attributes }),
    });
  for (const log of logs)
    writeRow(batch.logs, {
      time: log.timeNs,
      observed_time: log.timeNs,
      received_time: log.timeNs,
      seq: log.seq,
      trace_id: '0',
      resource_id: log.sender + 1,
      severity_number: log.severityNumber,
      event_name_id: log.isHeartbeat ? 3n : 0n,
      body: `line ${String(log.seq)}`,
      attributes: '{}',
    });
  await store.land(batch, { record: 1n, rows: 0 });
  const times = logs.map(({ timeNs }) => Number(timeNs / 1_000_000n)).toSorted((a, b) => a - b);
  const nowMs = times.at(times.length / 2) ?? 0;
  const archive = { leastRows: 1 };
  await store.keepUp({ nowMs, keepDays: 0, hotDays: 0, maxBytes: 0, otherBytes: 0, archive });
}

/** What is asked of the oracle. */
interface ContextQuestion {
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly minSeverityNumber: number;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly before: number;
  readonly after: number;
  readonly withoutProgress: boolean;
}

/** Number, group and whether it was found, in the order of the answer. */
export function contextOf(
  logs: readonly ProcessLog[],
  question: ContextQuestion,
): (readonly [seq: string, group: number, isHit: boolean])[] {
  const byTime = (a: ProcessLog, b: ProcessLog): number =>
    Number(a.timeNs - b.timeNs) || Number(a.seq - b.seq);
  const all = logs
    .filter(({ timeNs }) => timeNs >= question.fromNs && timeNs < question.toNs)
    .filter(({ isHeartbeat }) => !question.withoutProgress || !isHeartbeat)
    .toSorted(byTime);
  const passing = all.filter(({ severityNumber }) => severityNumber >= question.minSeverityNumber);
  if (question.order === 'newest') passing.reverse();
  const hits = new Set(passing.slice(0, question.limit));
  const groups: ProcessLog[][] = [];
  for (const process of new Set(SENDERS.map((sender) => sender.process))) {
    const own = all.filter(({ sender }) => SENDERS[sender]?.process === process);
    let open: ProcessLog[] | undefined;
    for (const [place, line] of own.entries()) {
      const around = own.slice(Math.max(0, place - question.after), place + question.before + 1);
      if (!around.some((one) => hits.has(one))) open = undefined;
      else if (open === undefined) groups.push((open = [line]));
      else open.push(line);
    }
  }
  if (question.order === 'newest') for (const group of groups) group.reverse();
  const firstOf = (group: ProcessLog[]): ProcessLog =>
    group.find((line) => hits.has(line)) as ProcessLog;
  groups.sort((a, b) => byTime(firstOf(a), firstOf(b)) * (question.order === 'newest' ? -1 : 1));
  return groups.flatMap((group, place) =>
    group.map((line) => [String(line.seq), place + 1, hits.has(line)] as const),
  );
}
