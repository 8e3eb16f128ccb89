/** What the shop does behind the counter: long work that says how far it is, some of which now and then hangs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FeatureCategory, startOperation } from '@heartwood/instrumentation';

/** Starts the jobs over and over, as long as the process lives. */
export function startJobs() {
  for (const [pauseSeconds, name, options, work] of JOBS)
    void repeat(pauseSeconds, name, options, work);
}

async function repeat(pauseSeconds, name, options, work) {
  for (;;) {
    const operation = startOperation(name, options);
    try {
      await work(operation);
      operation.complete();
    } catch (error) {
      operation.fail(error);
    }
    await sleep(pauseSeconds * 1000);
  }
}

/** Half a minute of steady work: it can say when it will be ready. */
async function importCatalog(operation) {
  for (let file = 1; file <= 60; file += 1) {
    await sleep(400 + Math.random() * 200);
    operation.update({ message: `supplier-${file}.csv`, current: file, total: 60 });
  }
}

/** Pauses in the middle, as the mail server wants it. */
async function sendNewsletter(operation) {
  for (let sent = 20; sent <= 500; sent += 20) {
    await sleep(1500);
    operation.update({ message: `batch ${sent / 20}`, current: sent, total: 500 });
    if (sent !== 240) continue;
    operation.pause('the mail server takes no more this minute');
    await sleep(20_000);
    operation.resume();
  }
}

class LockTimeout extends Error {}

/** Every third time somebody else holds the lock: it lives and does not go on, until it gives up. */
async function syncStock(operation) {
  const lockedAt = Math.random() < 1 / 3 ? 4 : Infinity;
  for (let shelf = 1; shelf <= 12; shelf += 1) {
    if (shelf === lockedAt) {
      operation.update({ message: 'waiting for the lock on the shelves' });
      await sleep(150_000);
      throw new LockTimeout('the lock on the shelves was not free within 150 s');
    }
    await sleep(800);
    operation.update({ message: `shelf ${shelf}`, current: shelf, total: 12 });
  }
}

/** Pause after each, feature, how it is started, what is done. */
const JOBS = [
  [
    5,
    'catalog.import',
    { unit: 'files', component: 'catalog', category: FeatureCategory.FILE_OPERATION },
    importCatalog,
  ],
  [15, 'newsletter.send', { unit: 'mails', component: 'mail' }, sendNewsletter],
  [
    10,
    'stock.sync',
    { unit: 'shelves', component: 'warehouse', category: FeatureCategory.DATABASE_OPERATION },
    syncStock,
  ],
];
