/** The books of delivery as metrics, by the names that OpenTelemetry gives the SDKs (semantic conventions, otel/sdk-metrics). */
import {
  ATTR_ERROR_TYPE,
  ATTR_OTEL_COMPONENT_NAME,
  ATTR_OTEL_COMPONENT_TYPE,
  DELIVERY_METRICS,
} from '@heartwood/semconv';
import type { DropReason } from './ledger.ts';
import type { MetricSource, MetricWriter, OutletStats } from './ports.ts';

/** What of one signal is counted. */
export interface CountedOutlet {
  readonly signal: keyof typeof DELIVERY_METRICS;
  /** Records that may wait. */
  readonly capacity: number;
  /** Records on the wire. */
  readonly inflight: number;
  stats(): OutletStats<DropReason>;
}

/** Counts from `startNs` on. Silent while nothing has come in. */
export function createDeliveryMetrics(
  outlets: readonly CountedOutlet[],
  startNs: bigint,
): MetricSource {
  const number = made++;
  return {
    collect(writer) {
      for (const outlet of outlets) writeOutlet(writer, outlet, number, startNs);
    },
  };
}

let made = 0;

// The word for the exporter's type is given by the conventions; ours of the processor is the name of its class.
const COMPONENTS = {
  traces: { processor: 'FeatureSpanProcessor', exporter: 'otlp_http_span_exporter' },
  logs: { processor: 'OutboxLogOutlet', exporter: 'otlp_http_log_exporter' },
} as const;

/** Lost on the way to the receiver. The other reasons are losses before a record was sent. */
const EXPORT_FAILURES: ReadonlySet<string> = new Set<DropReason>(['rejected', 'refused']);

function writeOutlet(
  writer: MetricWriter,
  outlet: CountedOutlet,
  number: number,
  startNs: bigint,
): void {
  const { received, exported, dropped, queued, spooled } = outlet.stats();
  if (received === 0) return;
  const names = DELIVERY_METRICS[outlet.signal];
  const { processor, exporter } = COMPONENTS[outlet.signal];
  const put = (
    name: string,
    component: string,
    value: number,
    monotonic: boolean,
    errorType?: string,
  ): void =>
    writer.sum(
      { name, unit: names.unit, description: DESCRIPTIONS[name] ?? '' },
      {
        attributes: {
          [ATTR_OTEL_COMPONENT_TYPE]: component,
          [ATTR_OTEL_COMPONENT_NAME]: `${component}/${number}`,
          ...(errorType === undefined ? {} : { [ATTR_ERROR_TYPE]: errorType }),
        },
        startNs,
        value,
        monotonic,
      },
    );
  const losses = Object.entries(dropped).filter(([, count]) => count > 0);
  put(names.queueSize, processor, queued, false);
  put(names.queueCapacity, processor, outlet.capacity, false);
  // What was handed to the exporting side has left the processor, whatever became of it there.
  const lostBefore = losses.filter(([reason]) => !EXPORT_FAILURES.has(reason));
  const failed = lostBefore.reduce((sum, [, count]) => sum + count, 0);
  put(names.processed, processor, received - queued - spooled - failed, true);
  for (const [reason, count] of lostBefore) put(names.processed, processor, count, true, reason);
  put(names.inflight, exporter, outlet.inflight, false);
  put(names.exported, exporter, exported, true);
  for (const [reason, count] of losses) {
    if (EXPORT_FAILURES.has(reason)) put(names.exported, exporter, count, true, reason);
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(DELIVERY_METRICS).flatMap((names) => [
    [names.queueSize, 'Records that wait to be sent'],
    [names.queueCapacity, 'Records that may wait to be sent'],
    [names.processed, 'Records that have left the queue, by error.type when they were lost'],
    [names.inflight, 'Records on their way to the receiver'],
    [
      names.exported,
      'Records that the receiver has answered, by error.type when it did not take them',
    ],
  ]),
);
