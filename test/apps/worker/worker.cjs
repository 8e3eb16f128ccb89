/** A worker thread that records ten runs, says so, and ends or stays. */
const { parentPort } = require('node:worker_threads');
const { tracedFeature } = require('@heartwood/instrumentation');

const count = tracedFeature('count', (n) => n + 1);
for (let i = 0; i < 10; i += 1) count(i);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
parentPort.postMessage('recorded');

const ways = {
  natural: () => {},
  stay: () => setInterval(() => {}, 1000),
  exit: () => process.exit(4),
  throws: () => {
    throw new Error('thrown in a worker on purpose');
  },
  busy: () => {
    // The main thread ends meanwhile.
    const until = Date.now() + 20_000;
    while (Date.now() < until);
  },
};
ways[process.argv[2]]();
