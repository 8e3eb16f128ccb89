/** Random processes with their host metrics and the runs of a feature in them, and the requests that send them. */

/** A point of one metric of one process, as its sender has it. */
export interface WorldPoint {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly atMs: number;
  /** Start of the counter; undefined for gauges. */
  readonly startMs: number | undefined;
  readonly isDelta: boolean;
  readonly value: number;
}

interface WorldRun {
  readonly fromMs: number;
  readonly toMs: number;
  readonly memoryMb: number | undefined;
}

export interface WorldProcess {
  /** Attributes of the resource besides the service. */
  readonly resource: Readonly<Record<string, string | number>>;
  readonly points: readonly WorldPoint[];
  readonly runs: readonly WorldRun[];
}

export interface ResourceWorld {
  readonly service: string;
  readonly feature: string;
  readonly processes: readonly WorldProcess[];
}

const MINUTE_MS = 60_000;

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Points and runs reach beyond both ends of the window. */
export function drawResourceWorld(seed: number, fromMs: number, toMs: number): ResourceWorld {
  const random = createRandom(seed + 1);
  const between = (low: number, high: number): number => low + random() * (high - low);
  const isChance = (share: number): boolean => random() < share;
  const drawProcess = (index: number): WorldProcess => {
    const resource: Record<string, string | number> = isChance(0.5)
      ? { 'service.instance.id': `instance-${String(seed)}-${String(index)}` }
      : { 'host.name': 'host', 'process.pid': 100 + index };
    const [modeKey, coreKey] = isChance(0.5)
      ? ['cpu.mode', 'cpu.logical_number']
      : ['state', 'system.cpu.logical_number'];
    const isDelta = isChance(0.3);
    const points: WorldPoint[] = [];
    const totals: Record<string, number> = { user: between(0, 100), system: between(0, 10) };
    let startMs = fromMs - 60 * MINUTE_MS;
    let lastMs = startMs;
    let atMs = fromMs - between(0, 15) * MINUTE_MS;
    while (atMs < toMs + 5 * MINUTE_MS) {
      const isReset = isChance(0.08);
      if (isReset) {
        // Some tell when they began anew, some only fall.
        if (isChance(0.5)) startMs = Math.round(between(lastMs, atMs));
        totals['user'] = 0;
        totals['system'] = 0;
      }
      for (const mode of ['user', 'system']) {
        const grown = between(0, 30);
        totals[mode] = (totals[mode] ?? 0) + grown;
        points.push({
          metric: 'process.cpu.time',
          attributes: { [modeKey]: mode },
          atMs: Math.round(atMs),
          startMs: isDelta ? Math.round(lastMs) : startMs,
          isDelta,
          value: isDelta ? grown : (totals[mode] ?? 0),
        });
      }
      const gauge = (metric: string, attributes: Record<string, string>, value: number): void => {
        points.push({
          metric,
          attributes,
          atMs: Math.round(atMs),
          startMs: undefined,
          isDelta: false,
          value,
        });
      };
      if (isChance(0.8)) gauge('process.memory.usage', {}, Math.round(between(1e6, 1e9)));
      if (isChance(0.7))
        for (const mode of ['user', 'system'])
          gauge('process.cpu.utilization', { [modeKey]: mode }, between(0, 0.5));
      if (isChance(0.5))
        for (const core of ['0', '1'])
          for (const mode of ['user', 'system', 'idle'])
            gauge('system.cpu.utilization', { [modeKey]: mode, [coreKey]: core }, between(0, 0.3));
      if (isChance(0.5)) gauge('nodejs.eventloop.delay.p99', {}, between(0, 0.1));
      lastMs = atMs;
      atMs += isChance(0.05) ? between(11, 20) * MINUTE_MS : between(5000, 90_000);
    }
    const runs = Array.from({ length: Math.floor(between(0, 12)) }, (): WorldRun => {
      const begun = Math.round(between(fromMs - 20 * MINUTE_MS, toMs + 5 * MINUTE_MS));
      return {
        fromMs: begun,
        toMs: begun + Math.round(isChance(0.2) ? between(0, 30) * MINUTE_MS : between(0, 5000)),
        memoryMb: isChance(0.3) ? Math.round(between(1, 500)) : undefined,
      };
    });
    return { resource, points, runs };
  };
  const processes = Array.from({ length: 1 + Math.floor(between(0, 3)) }, (_, index) =>
    drawProcess(index),
  );
  return { service: `world-${String(seed)}`, feature: `work-${String(seed)}`, processes };
}

const toAttributes = (attributes: Readonly<Record<string, string | number>>): object[] =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));

const toNano = (ms: number): string => `${String(ms)}000000`;

/** The metrics as a request in OTLP/JSON. */
export function toMetricRequest({ service, processes }: ResourceWorld): object {
  return {
    resourceMetrics: processes.map(({ resource, points }) => ({
      resource: { attributes: toAttributes({ 'service.name': service, ...resource }) },
      scopeMetrics: [
        {
          scope: { name: 'test' },
          metrics: [...new Set(points.map(({ metric }) => metric))].map((name) => {
            const own = points.filter(({ metric }) => metric === name);
            const dataPoints = own.map(({ attributes, atMs, startMs, value }) => ({
              attributes: toAttributes(attributes),
              timeUnixNano: toNano(atMs),
              ...(startMs === undefined ? {} : { startTimeUnixNano: toNano(startMs) }),
              asDouble: value,
            }));
            const isDelta = own.some((point) => point.isDelta);
            return name === 'process.cpu.time'
              ? {
                  name,
                  sum: { dataPoints, aggregationTemporality: isDelta ? 1 : 2, isMonotonic: true },
                }
              : { name, gauge: { dataPoints } };
          }),
        },
      ],
    })),
  };
}

/** The runs as a request in OTLP/JSON; their resource says more than that of the metrics. */
export function toTraceRequest({ service, feature, processes }: ResourceWorld): object {
  let next = 1;
  const hex = (length: number): string => (next++).toString(16).padStart(length, '0');
  return {
    resourceSpans: processes.map(({ resource, runs }) => ({
      resource: {
        attributes: toAttributes({
          'service.name': service,
          ...resource,
          'telemetry.sdk.name': 'x',
        }),
      },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: runs.map(({ fromMs, toMs, memoryMb }) => ({
            traceId: hex(32),
            spanId: hex(16),
            name: feature,
            kind: 1,
            startTimeUnixNano: toNano(fromMs),
            endTimeUnixNano: toNano(toMs),
            attributes: toAttributes({
              'feature.name': feature,
              'feature.status': 'success',
              ...(memoryMb === undefined ? {} : { 'feature.metadata.memory_usage_mb': memoryMb }),
            }),
          })),
        },
      ],
    })),
  };
}
