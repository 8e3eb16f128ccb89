/** What the server behind the pages says of itself. */
import type { AnswerOf } from '@heartwood/api/client';
import type { SystemState } from '@heartwood/api/contract';
import { HOUR_MS, instant, SAMPLES } from './answers.ts';

export function systemOf(nowMs: number, state: 'full' | 'empty' | 'spans'): SystemState {
  const spans = state === 'empty' ? 0 : 1_284_220;
  const seen = (agoMs: number): string | null => (spans === 0 ? null : instant(nowMs - agoMs));
  return {
    version: '0.1.0',
    startedAt: instant(nowMs - 8 * HOUR_MS),
    uptimeSeconds: 28_800,
    otlpHttpUrl: 'http://127.0.0.1:14318',
    store: {
      sizeBytes: 47_448_064,
      memoryBytes: 96_000_000,
      spans,
      logs: spans === 0 ? 0 : 48_110,
      runs: state === 'full' ? 352_266 : 0,
      features: state === 'full' ? SAMPLES.length : 0,
      services: spans === 0 ? 0 : 4,
      firstSeen: seen(60 * 24 * HOUR_MS),
      lastSeen: seen(2000),
      lastReceived: seen(3000),
    },
    receiver: receiverOf(spans),
  };
}

const NO_SPAN_ID = 'the span id is missing or zero';

function receiverOf(spans: number): SystemState['receiver'] {
  const terms = {
    received: spans + 1300,
    recovered: 0,
    stored: spans,
    rejected: 12,
    refused: 0,
    duplicate: 1024,
    deadLettered: 0,
    waiting: 264,
  };
  return {
    ...terms,
    signals: [
      {
        signal: 'traces',
        ...terms,
        reasons: { rejected: { [NO_SPAN_ID]: 12 }, refused: {}, deadLettered: {} },
        marked: { truncated: 7 },
      },
    ],
    requests: { accepted: 2509, duplicate: 2, refused: { OTLP_MALFORMED: 3 } },
    connections: { open: 3, refused: { TOO_MANY_CONNECTIONS: 4 } },
    deadLetters: { files: 0, bytes: 0, limitBytes: 2 ** 30, deleted: 0 },
    waitingBatches: 1,
    inFlightBytes: 0,
    landings: 120,
    failedLandings: 0,
    damagedJournalBytes: 0,
  };
}

/** One thing is wrong, one could not be looked at, one is well. */
export function healthOf(nowMs: number): AnswerOf<'/api/v1/health'> {
  type Row = AnswerOf<'/api/v1/health'>['data'][number];
  const row = (facts: Partial<Row>): Row => ({
    id: 'disk.free',
    group: 'machine',
    title: 'The disk has room',
    result: 'pass',
    message: '62 GB are free.',
    evidence: {},
    remedy: null,
    tookMs: 1,
    ...facts,
  });
  const data = [
    row({}),
    row({
      id: 'receiver.dead_letters',
      group: 'server',
      title: 'Nothing was set aside',
      result: 'fail',
      message: '3 requests were set aside.',
      remedy: 'Run `heartwood recover` and look at what it says.',
    }),
    row({ id: 'backup.age', group: 'data', result: 'unknown', message: 'No folder is set.' }),
  ];
  return { data, meta: { at: instant(nowMs), version: '0.1.0', worst: 'fail' } };
}
