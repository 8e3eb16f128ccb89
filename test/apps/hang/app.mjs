/** Long work that does well, or hangs in a way that the first argument names. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, Worker } from 'node:worker_threads';
import { startOperation } from '@heartwood/instrumentation';

const [way, flag = ''] = process.argv.slice(2);
let threads = 0;
process.on('worker', () => (threads += 1));

const start = (name) => startOperation(name, { estimatedItems: 20, unit: 'files' });

async function count(operation, pauseMs, total) {
  for (let current = 1; current <= total; current += 1) {
    await sleep(pauseMs);
    operation.update({ message: `file-${current}.txt`, current, total });
  }
}

const WAYS = {
  /** Goes on until it is ended. */
  steady: () => count(start('steady_import'), 100, 1_000_000),
  /** Alive, without a step. */
  async loop() {
    await count(start('looping_import'), 20, 3);
    setInterval(() => {}, 1000);
  },
  /** Keeps its thread, as a calculation does, until the file is there; then goes on. */
  async block() {
    const operation = start('blocking_import');
    operation.update({ message: 'calculating', current: 1 });
    await sleep(2000);
    const untilMs = Date.now() + 60_000;
    while (Date.now() < untilMs && !existsSync(flag));
    await count(operation, 100, 1_000_000);
  },
  /** A hundred at once, each in its own rhythm. */
  async many() {
    const work = Array.from({ length: 100 }, async (_, index) => {
      const operation = start('healthy_import');
      await count(operation, 200 + 4 * index, 20);
      operation.complete();
    });
    await Promise.all(work);
  },
  /** Leaves an operation open that has long had a thread to speak for it. */
  async open() {
    start('open_import');
    await sleep(1500);
    console.log(`threads: ${threads}`);
  },
  /** The same in a thread of the app. */
  async thread() {
    const worker = new Worker(new URL(import.meta.url), { argv: ['open'] });
    await once(worker, 'exit');
  },
};

if (isMainThread || way === 'open') await WAYS[way]();
