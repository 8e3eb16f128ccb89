/** A cluster of two workers that record ten runs each; they end in the way the first argument names. */
const cluster = require('node:cluster');
const { tracedFeature } = require('@heartwood/instrumentation');

const way = process.argv[2] ?? 'disconnect';

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  let recorded = 0;
  for (const worker of workers) {
    worker.on('message', () => {
      recorded += 1;
      if (recorded === workers.length) end(workers);
    });
    worker.on('exit', (code, signal) => console.log(`worker ended with ${signal ?? code}`));
  }
} else {
  const count = tracedFeature('count', (n) => n + 1);
  for (let i = 0; i < 10; i += 1) count(i);
  process.on('message', () => process.exit(4));
  setImmediate(() => process.send('recorded'));
}

function end(workers) {
  if (way !== 'signal') console.log(`ending at ${Date.now()}`);
  if (way === 'primary exits') process.exit(3);
  if (way === 'signal') console.log('ready');
  for (const worker of workers) {
    if (way === 'disconnect') worker.disconnect();
    if (way === 'kill') worker.process.kill('SIGTERM');
    if (way === 'exit') worker.send('exit');
  }
}
