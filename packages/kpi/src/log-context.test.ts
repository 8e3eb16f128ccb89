import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkContextSize, readLogContext } from './log-context.ts';
import { readLogs } from './log.ts';
import {
  contextOf,
  drawProcessLogs,
  landProcessLogs,
  type ProcessLog,
} from './testing/process-log-world.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START = Date.UTC(2026, 8, 1);
const LENGTH_MS = 4 * 86_400_000;
const NOW = START + 30 * 86_400_000;
/** Questions that are asked: 20, or as many as there are worlds. */
const QUESTIONS = Math.max(20, Number(process.env['HEARTWOOD_WORLDS'] ?? 0));
let store: Store;
let logs: ProcessLog[];

beforeAll(async () => {
  store = await openTestStore();
  const length = { startNs: BigInt(START) * 1_000_000n, lengthNs: BigInt(LENGTH_MS) * 1_000_000n };
  logs = drawProcessLogs(5, { ...length, count: 1500 });
  await landProcessLogs(store, logs);
}, 60_000);
afterAll(async () => {
  await store.close();
});

test('around what random questions find stands what the same process said, in groups without a gap, each record once', async () => {
  let beside = 0;
  for (let seed = 1; seed <= QUESTIONS; seed++) {
    const random = createRandom(seed * 13);
    const from = START + Math.floor(random() * LENGTH_MS * 0.9);
    const to = from + 1 + Math.floor(random() * (START + LENGTH_MS - from));
    const question = {
      order: pickFrom(['newest', 'oldest'] as const, random()),
      limit: 1 + Math.floor(random() * 12),
      before: 1 + Math.floor(random() * 4),
      after: 1 + Math.floor(random() * 4),
      withoutProgress: random() < 0.5,
    };
    // Some questions are for what comes after alone, others for what comes before.
    if (random() < 0.2) question.before = 0;
    if (question.before > 0 && random() < 0.2) question.after = 0;
    const [word, minSeverityNumber] = pickFrom(
      [
        ['error', 17],
        ['warn', 13],
        ['info', 9],
      ] as const,
      random(),
    );
    const wanted = contextOf(logs, {
      ...question,
      minSeverityNumber,
      fromNs: BigInt(from) * 1_000_000n,
      toNs: BigInt(to) * 1_000_000n,
    });
    const window = parseWindow({ from: String(from), to: String(to) }, NOW);
    const { order, limit, withoutProgress } = question;
    const filter = { minSeverity: word, withoutProgress };
    const { rows: hits } = await readLogs(store, window, filter, { order, limit });
    const rows = await readLogContext(store, window, hits, question, { order, withoutProgress });
    const found = rows.map(({ seq, group, isHit }) => [seq, group, isHit]);
    expect([seed, question, found]).toEqual([seed, question, wanted]);
    expect(rows.every(({ seq, body }) => body === `line ${seq}`)).toBe(true);
    beside += rows.length - hits.length;
  }
  expect(beside).toBeGreaterThan(QUESTIONS * 5);
}, 600_000);

test('more records than an answer may have are refused', () => {
  expect(() => {
    checkContextSize({ before: 49, after: 50 }, 50);
  }).not.toThrow();
  expect(() => {
    checkContextSize({ before: 50, after: 50 }, 50);
  }).toThrow(expect.objectContaining({ code: 'LOG_CONTEXT_TOO_LARGE', parameter: 'limit' }));
});
