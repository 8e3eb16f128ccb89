/** A process of many apps that tell how far their operations are, each once a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OPERATION_EVENTS } from '../../packages/semconv/src/index.ts';
import { answerParent } from './helper-process.ts';
import { operationRequest, type OperationRecord } from './operation-records.ts';
import { createHttpSender } from './senders.ts';

/** What it is asked: to begin, and then what it has sent. */
export type LoadAsk =
  | {
      readonly ask: 'begin';
      readonly otlpUrl: string;
      /** Apps, operations of each, and requests that each makes a second. */
      readonly senders: number;
      readonly operations: number;
      readonly requests: number;
    }
  | { readonly ask: 'read' };

/** Since it was asked last. */
export interface LoadFigures {
  readonly records: number;
  readonly requests: number;
  readonly refused: number;
}

/** How long the instrumentation waits for more before it sends what an app has told. */
const COALESCE_MS = 20;

const sent = { records: 0, requests: 0, refused: 0 };

answerParent(async (message: LoadAsk): Promise<LoadFigures | null> => {
  if (message.ask === 'begin') {
    await begin(message);
    return null;
  }
  const figures = { ...sent };
  Object.assign(sent, { records: 0, requests: 0, refused: 0 });
  return figures;
});

/** Resolves when all operations have begun. */
async function begin({
  otlpUrl,
  senders,
  operations,
  requests,
}: Extract<LoadAsk, { readonly ask: 'begin' }>): Promise<void> {
  const sender = createHttpSender({
    otlpUrl,
    signal: 'logs',
    encoding: 'protobuf',
    gzip: false,
    connections: senders,
  });
  const send = async (app: number, records: readonly OperationRecord[]): Promise<void> => {
    await sleep(COALESCE_MS);
    if (!(await sender.send(operationRequest(app, records)))) sent.refused += 1;
    sent.requests += 1;
    sent.records += records.length;
  };
  const beginMs = performance.now();
  for (let app = 0; app < senders; app++)
    await send(
      app,
      Array.from({ length: operations }, (_, index) => ({
        event: OPERATION_EVENTS.start,
        app,
        index,
        sequence: 0,
        elapsedS: 0,
        current: undefined,
      })),
    );
  const each = operations / requests;
  for (let app = 0; app < senders; app++)
    for (let part = 0; part < requests; part++) {
      // Apps begin at any time of a second.
      const phaseMs = ((app / senders + part) * 1000) / requests;
      void tellForever(async (second) => {
        const elapsedS = (performance.now() - beginMs) / 1000;
        const records = Array.from({ length: each }, (_, at) => ({
          event: OPERATION_EVENTS.progress,
          app,
          index: part * each + at,
          sequence: second + 1,
          elapsedS,
          current: second,
        }));
        await send(app, records);
      }, phaseMs);
    }
}

/** Once a second, by the clock: one that comes late does not make the next one late. */
async function tellForever(
  tell: (second: number) => Promise<void>,
  phaseMs: number,
): Promise<void> {
  const beginMs = performance.now() + phaseMs;
  for (let second = 0; ; second++) {
    const waitMs = beginMs + second * 1000 - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    void tell(second);
  }
}
