/** Records ten runs, or as many as the second argument says, and then ends in the way the first one names. */
const { tracedFeature } = require('@heartwood/instrumentation');

const count = tracedFeature('count', (n) => n + 1);
const runs = Number(process.argv[3] ?? 10);
for (let i = 0; i < runs; i += 1) count(i);

const ways = {
  natural: () => {},
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('uncaught on purpose');
  },
  reject: () => {
    void Promise.reject(new Error('unhandled on purpose'));
  },
  late: () => {
    process.once('beforeExit', () => setTimeout(() => count(0), 50));
  },
  once: () => {
    setInterval(() => {}, 1000);
    process.prependOnceListener('SIGTERM', () => setTimeout(() => process.exit(7), 100));
    setImmediate(() => console.log('ready'));
  },
  again: () => {
    setInterval(() => {}, 1000);
    process.once('SIGINT', () => {
      setTimeout(() => {
        for (let i = 0; i < runs; i += 1) count(i);
        process.kill(process.pid, 'SIGINT');
      }, 300);
    });
    setImmediate(() => console.log('ready'));
  },
  wait: () => {
    setInterval(() => {}, 1000);
    setImmediate(() => console.log('ready'));
  },
  soon: () => {
    setTimeout(() => {
      for (let i = 0; i < runs; i += 1) count(i);
      console.log(`ending at ${Date.now()}`);
    }, 1500);
  },
  busy: () => {
    console.log('ready');
    calculate();
  },
  'busy later': () => {
    setTimeout(() => {
      console.log('ready');
      calculate();
    }, 1500);
  },
  idle: () => {
    setInterval(() => {}, 1000);
    setTimeout(() => console.log('ready'), 3000);
  },
  tidy: () => {
    // As signal-exit does: it ends the process only when it finds no listener but those it has counted.
    const emitter = { count: 1 };
    globalThis[Symbol.for('signal-exit emitter')] = emitter;
    for (const signal of ['SIGTERM', 'SIGINT']) {
      process.on(signal, function tidy() {
        if (process.listenerCount(signal) !== emitter.count) return;
        process.off(signal, tidy);
        process.kill(process.pid, signal);
      });
    }
    setInterval(() => {}, 1000);
    setImmediate(() => console.log('ready'));
  },
  handle: () => {
    setInterval(() => {}, 1000);
    process.on('SIGTERM', () => process.exit(7));
    setImmediate(() => console.log('ready'));
  },
};

/** Three seconds in which nothing else happens. */
function calculate() {
  for (const until = Date.now() + 3000; Date.now() < until;);
}

console.log(`ending at ${Date.now()}`);
ways[process.argv[2] ?? 'natural']();
