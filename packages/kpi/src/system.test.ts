/** What the store holds, in numbers. */
import type { Store } from '@heartwood/store';
import { Batch } from '@heartwood/store/batch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRow } from '../../store/src/testing/write-row.ts';
import { readStoreState } from './system.ts';
import { openTestStore } from './testing/world.ts';

const TIME_NS = BigInt(Date.UTC(2026, 10, 22, 9)) * 1_000_000n;
let store: Store;

beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

test('S2-42 log records count, and say when something came, where no span ever did', async () => {
  expect(await readStoreState(store)).toMatchObject({ spans: 0, logs: 0, lastReceived: null });

  const batch = new Batch(2);
  writeRow(batch.vocabulary, { id: 1n, hash: 1n, text: 'shop' });
  writeRow(batch.resources, { id: 1, hash: 1n, service_id: 1n, content: '{"attributes":{}}' });
  writeRow(batch.scopes, { id: 1, hash: 1n, content: '{}' });
  for (const seq of [1n, 2n])
    writeRow(batch.logs, {
      seq,
      resource_id: 1,
      scope_id: 1,
      time: TIME_NS,
      observed_time: TIME_NS,
      received_time: TIME_NS + seq * 1_000_000_000n,
      severity_number: 9,
      body: 'Order 17 was paid',
      attributes: '{}',
    });
  await store.land(batch, { record: 1n, rows: 2 });
  expect(await readStoreState(store)).toMatchObject({
    spans: 0,
    logs: 2,
    lastReceived: '2026-11-22T09:00:02.000000000Z',
  });
});
