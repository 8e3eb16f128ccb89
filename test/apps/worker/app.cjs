/** Starts worker threads that record ten runs each, and then ends in the way the first argument names. */
const events = require('node:events');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const [, , way = 'natural', count = '1'] = process.argv;
const inWorker =
  { exit: 'exit', throws: 'throws', busy: 'busy', natural: 'natural' }[way] ?? 'stay';
const workers = Array.from({ length: Number(count) }, () => {
  return new Worker(path.join(__dirname, 'worker.cjs'), { argv: [inWorker] });
});

const ways = {
  natural: () => {},
  exit: () => {},
  throws: () => {},
  busy: () => end(3),
  'main exits': () => end(3),
  'main throws': () => {
    console.log(`ending at ${Date.now()}`);
    throw new Error('uncaught on purpose');
  },
  'main ends': () => {
    for (const worker of workers) worker.unref();
  },
  signal: () => console.log('ready'),
  terminate: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const worker of workers) await worker.terminate();
  },
};

function end(code) {
  console.log(`ending at ${Date.now()}`);
  process.exit(code);
}

for (const worker of workers) {
  worker.on('error', ({ message }) => console.log(`worker failed: ${message}`));
  worker.on('exit', (code) => console.log(`worker ended with ${code}`));
}
void Promise.all(workers.map((worker) => events.once(worker, 'message'))).then(() =>
  // An error thrown in here would be a rejection.
  setImmediate(() => ways[way]()),
);
