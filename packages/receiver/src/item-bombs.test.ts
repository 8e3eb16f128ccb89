import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReceiver, type Receiver } from './receiver.ts';
import { SIGNALS } from './signal.ts';
import { compressed, ITEM_BOMBS } from './testing/item-bombs.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { requestWith, SPAN_ID, TRACE_ID } from './testing/wire.ts';

let receiver: Receiver;
let url: string;
let journalDir: string;
const store = new MemoryStore();

beforeAll(async () => {
  journalDir = await mkdtemp(path.join(tmpdir(), 'bombs-'));
  receiver = await openReceiver({ store, journalDir, landAfterMs: 5 });
  url = `http://127.0.0.1:${await receiver.listenHttp('127.0.0.1', 0)}`;
});

afterAll(async () => {
  await receiver.close();
  await rm(journalDir, { recursive: true, force: true });
});

async function post(
  target: string,
  type: string,
  body: Buffer,
  encoding?: string,
): Promise<Response> {
  const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) };
  return fetch(`${url}${target}`, { method: 'POST', headers, body: Uint8Array.from(body) });
}

let number = 0;

/** A good request is taken at once, and the bomb before it has left nothing. */
async function expectAlive(): Promise<void> {
  const stored = store.spanIds.length;
  // One that was not sent before.
  const span = requestWith(TRACE_ID, SPAN_ID, Buffer.from([0x60, ++number]));
  expect((await post('/v1/traces', 'application/x-protobuf', span)).status).toBe(200);
  await receiver.flush();
  expect(store.spanIds).toHaveLength(stored + 1);
}

for (const bomb of ITEM_BOMBS)
  test.skipIf(!SIGNALS.has(bomb.path))(
    `millions of ${bomb.name} are refused before a row is made of them`,
    async () => {
      const before = receiver.gauges();
      const answer = await post(bomb.path, bomb.type, compressed(bomb), 'gzip');
      expect(answer.status).toBe(413);
      expect(Buffer.from(await answer.arrayBuffer()).toString()).toContain('OTLP_TOO_LARGE');
      // The decoder counts whatever it reads as received.
      const { received, requests } = receiver.gauges();
      expect({ received, requests }).toEqual({
        received: before['received'],
        requests: before['requests'],
      });
      await expectAlive();
    },
  );
