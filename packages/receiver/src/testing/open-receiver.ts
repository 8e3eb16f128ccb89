/** A receiver over a store in memory that listens on free ports, in a folder of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openReceiver, type Receiver, type ReceiverOptions } from '../receiver.ts';
import { MemoryStore } from './memory-store.ts';

export interface OpenedReceiver {
  readonly store: MemoryStore;
  readonly receiver: Receiver;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly journalDir: string;
  /** What the operator was told. */
  readonly troubles: string[];
  /** How many requests were refused with this code. */
  refused(code: string): number;
  end(): Promise<void>;
}

export async function openTestReceiver(
  options: Partial<ReceiverOptions> = {},
): Promise<OpenedReceiver> {
  const journalDir = await mkdtemp(path.join(tmpdir(), 'receiver-'));
  const store = new MemoryStore();
  const troubles: string[] = [];
  const receiver = await openReceiver({
    store,
    journalDir,
    landAfterMs: 5,
    onTrouble: (message) => troubles.push(message),
    ...options,
    timeouts: { closeMs: 200, ...options.timeouts },
  });
  return {
    store,
    receiver,
    httpPort: await receiver.listenHttp('127.0.0.1', 0),
    grpcPort: await receiver.listenGrpc('127.0.0.1', 0),
    journalDir,
    troubles,
    refused: (code) => receiver.gauges()[`refused_requests_${code.toLowerCase()}`] ?? 0,
    async end() {
      await receiver.close();
      await rm(journalDir, { recursive: true, force: true });
    },
  };
}

/** A request of one span that no other request has. */
export const oneSpanJson = (name = 'work'): string =>
  JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: randomBytes(16).toString('hex'),
                spanId: randomBytes(8).toString('hex'),
                name,
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: '1700000000100000000',
              },
            ],
          },
        ],
      },
    ],
  });
