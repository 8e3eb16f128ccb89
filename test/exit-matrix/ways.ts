/** Every way out of a process that is tried, and what is promised of it under our preload. */

/** One way out. */
export interface Way {
  readonly name: string;
  /** Program and arguments, from the root of the repository. */
  readonly app: readonly string[];
  /** Runs that are recorded. */
  readonly produced: number;
  /** Sent when the app says that it is ready. */
  readonly signal?: NodeJS.Signals;
  /**
   * What the receiver does; default: it takes everything. `late`: it takes only what comes after the process's end.
   * `mute`: it takes spans, and never answers metrics. `silent`: there is not even a refusal, as behind a firewall.
   */
  readonly receiver?: 'away' | 'silent' | 'late' | 'mute' | 503 | 400;
  /** With a spool; the app is then started once more, ends by itself and brings one run more. */
  readonly spool?: true;
  /** Exit code, or the signal that ends it: those of the app without any preload. */
  readonly end: number | NodeJS.Signals;
  /** Runs that arrive under our preload. */
  readonly delivered: number;
}

const exits = (way: string, runs = 100): readonly string[] => [
  'test/apps/exits/app.cjs',
  way,
  String(runs),
];

/** In the order of the page. */
export const WAYS: readonly Way[] = [
  { name: 'ends by itself', app: exits('natural'), produced: 100, end: 0, delivered: 100 },
  { name: '`process.exit(3)`', app: exits('exit'), produced: 100, end: 3, delivered: 100 },
  { name: 'uncaught error', app: exits('throw'), produced: 100, end: 1, delivered: 100 },
  { name: 'unhandled rejection', app: exits('reject'), produced: 100, end: 1, delivered: 100 },
  {
    name: 'SIGTERM, the app does not listen',
    app: exits('wait'),
    signal: 'SIGTERM',
    produced: 100,
    end: 'SIGTERM',
    delivered: 100,
  },
  {
    name: 'SIGTERM, the app answers with `process.exit(7)`',
    app: exits('handle'),
    signal: 'SIGTERM',
    produced: 100,
    end: 7,
    delivered: 100,
  },
  {
    name: 'SIGTERM, the app answers once and exits later',
    app: exits('once'),
    signal: 'SIGTERM',
    produced: 100,
    end: 7,
    delivered: 100,
  },
  {
    name: 'SIGTERM, the app tidies up with signal-exit',
    app: exits('tidy'),
    signal: 'SIGTERM',
    produced: 100,
    end: 'SIGTERM',
    delivered: 100,
  },
  {
    name: 'SIGINT, the app does not listen',
    app: exits('wait'),
    signal: 'SIGINT',
    produced: 100,
    end: 'SIGINT',
    delivered: 100,
  },
  {
    name: 'SIGINT, the app tidies up with signal-exit',
    app: exits('tidy'),
    signal: 'SIGINT',
    produced: 100,
    end: 'SIGINT',
    delivered: 100,
  },
  {
    name: 'SIGINT twice: the app answers once, works on, and is told again',
    app: exits('again'),
    signal: 'SIGINT',
    produced: 200,
    end: 'SIGINT',
    delivered: 200,
  },
  {
    name: 'SIGINT in a calculation of 3 s that the app begins with',
    app: exits('busy'),
    signal: 'SIGINT',
    produced: 100,
    end: 'SIGINT',
    delivered: 0,
  },
  {
    name: 'SIGINT in a calculation of 3 s later on',
    app: exits('busy later'),
    signal: 'SIGINT',
    produced: 100,
    end: 'SIGINT',
    delivered: 100,
  },
  {
    name: 'SIGKILL 3 s after the last run',
    app: exits('idle'),
    signal: 'SIGKILL',
    produced: 100,
    end: 'SIGKILL',
    delivered: 100,
  },
  {
    name: 'burst of 10,000 runs in one tick, then ends by itself',
    app: exits('natural', 10_000),
    produced: 10_000,
    end: 0,
    delivered: 10_000,
  },
  {
    name: 'worker thread, the main thread calls `process.exit(3)`',
    app: ['test/apps/worker/app.cjs', 'main exits'],
    produced: 10,
    end: 3,
    delivered: 10,
  },
  {
    name: 'worker thread calls `process.exit()`',
    app: ['test/apps/worker/app.cjs', 'exit'],
    produced: 10,
    end: 0,
    delivered: 10,
  },
  {
    name: 'cluster of two, the primary calls `process.exit(3)`',
    app: ['test/apps/cluster/app.cjs', 'primary exits'],
    produced: 20,
    end: 3,
    delivered: 20,
  },
  {
    name: 'receiver is down, ends by itself',
    app: exits('natural'),
    receiver: 'away',
    produced: 100,
    end: 0,
    delivered: 0,
  },
  {
    name: 'receiver is behind a firewall that says nothing, ends by itself',
    app: exits('natural'),
    receiver: 'silent',
    produced: 100,
    end: 0,
    delivered: 0,
  },
  {
    name: 'the same, ends by itself while a request is under way',
    app: exits('soon'),
    receiver: 'silent',
    produced: 200,
    end: 0,
    delivered: 0,
  },
  {
    name: 'receiver answers 503, ends by itself',
    app: exits('natural'),
    receiver: 503,
    produced: 100,
    end: 0,
    delivered: 0,
  },
  {
    name: 'receiver answers 400, ends by itself',
    app: exits('natural'),
    receiver: 400,
    produced: 100,
    end: 0,
    delivered: 0,
  },
  {
    name: 'receiver takes spans and never answers metrics, ends by itself',
    app: exits('natural'),
    receiver: 'mute',
    produced: 100,
    end: 0,
    delivered: 100,
  },
  {
    name: 'receiver is down, ends by itself, is started again when the receiver is back (spool)',
    app: exits('natural'),
    receiver: 'late',
    spool: true,
    produced: 101,
    end: 0,
    delivered: 101,
  },
  {
    name: 'receiver is down, SIGKILL 3 s after the last run, the same (spool)',
    app: exits('idle'),
    signal: 'SIGKILL',
    receiver: 'late',
    spool: true,
    produced: 101,
    end: 'SIGKILL',
    delivered: 101,
  },
];
