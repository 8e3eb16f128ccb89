/** Seeded log requests: lines of a busy shop, half of them within a trace, a tenth of them events. */
import type { Attribute, OtlpWriter } from './otlp-writer.ts';
import { createSeeded } from './seeded.ts';
import { jsonAttributes, jsonTemplate, protobufTemplate, type Template } from './template.ts';
import { RESOURCE, SCOPE, START_NS, type WorkloadOptions } from './workload.ts';

interface LogRecord {
  readonly timeNs: bigint;
  readonly severity: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: readonly Attribute[];
  readonly traceId: Uint8Array | undefined;
  readonly spanId: Uint8Array | undefined;
  readonly eventName: string | undefined;
}

const SEVERITIES = [
  { severity: 5, severityText: 'DEBUG' },
  { severity: 9, severityText: 'INFO' },
  { severity: 9, severityText: 'INFO' },
  { severity: 9, severityText: 'INFO' },
  { severity: 13, severityText: 'WARN' },
  { severity: 17, severityText: 'ERROR' },
] as const;

/** One request of so many log records: a line of 60 to 100 characters and 6 attributes each. */
export function logTemplates(options: WorkloadOptions): { protobuf: Template; json: Template } {
  const logs = makeLogs(options);
  return {
    get protobuf() {
      return protobufTemplate((writer) => writeLogs(writer, logs));
    },
    get json() {
      return jsonTemplate(toJson(logs));
    },
  };
}

function makeLogs({ records, seed, startNs }: WorkloadOptions): LogRecord[] {
  const { random, below, id } = createSeeded(seed);
  const logs: LogRecord[] = [];
  let now = startNs ?? START_NS;
  while (logs.length < records) {
    now += BigInt(1000 + below(200_000));
    const user = Math.floor(20_000 * random() ** 3);
    const order = below(1_000_000);
    const isTraced = below(2) === 0;
    const { severity, severityText } = SEVERITIES[below(SEVERITIES.length)] ?? SEVERITIES[1];
    logs.push({
      timeNs: now,
      severity,
      severityText,
      body: `order ${order} of user ${user} was handled in ${below(900)} ms by worker ${below(16)}, ${below(30)} items in its basket`,
      attributes: [
        { key: 'code.function.name', value: `Checkout.step${below(40)}` },
        { key: 'thread.id', value: BigInt(below(16)) },
        { key: 'session.id', value: `s-${(user * 7919) % 1_000_003}` },
        { key: 'user.hash', value: (user * 2_654_435_761).toString(16).padStart(16, '0') },
        { key: 'order.total', value: below(100_000) / 100 + 0.005 },
        { key: 'order.express', value: below(4) === 0 },
      ],
      traceId: isTraced ? id(16) : undefined,
      spanId: isTraced ? id(8) : undefined,
      eventName: below(10) === 0 ? `checkout.step_${below(12)}` : undefined,
    });
  }
  return logs;
}

function writeLogs(writer: OtlpWriter, logs: readonly LogRecord[]): void {
  writer.message(1, () => {
    writer.message(2, () => {
      for (const log of logs.toReversed()) writer.message(2, () => writeLog(writer, log));
      writer.message(1, () => {
        writer.string(2, SCOPE.version);
        writer.string(1, SCOPE.name);
      });
    });
    writer.message(1, () => writer.attributes(1, RESOURCE));
  });
}

function writeLog(writer: OtlpWriter, log: LogRecord): void {
  if (log.eventName !== undefined) writer.string(12, log.eventName);
  writer.time(11, log.timeNs + 2000n);
  if (log.spanId !== undefined) writer.id(10, log.spanId);
  if (log.traceId !== undefined) writer.id(9, log.traceId);
  writer.attributes(6, log.attributes);
  writer.message(5, () => writer.string(1, log.body));
  writer.string(3, log.severityText);
  writer.varint(2, log.severity);
  writer.time(1, log.timeNs);
}

function toJson(logs: readonly LogRecord[]): object {
  const hex = (bytes: Uint8Array | undefined): string | undefined =>
    bytes && Buffer.from(bytes).toString('hex');
  return {
    resourceLogs: [
      {
        resource: { attributes: jsonAttributes(RESOURCE) },
        scopeLogs: [
          {
            scope: SCOPE,
            logRecords: logs.map((log) => ({
              timeUnixNano: String(log.timeNs),
              observedTimeUnixNano: String(log.timeNs + 2000n),
              severityNumber: log.severity,
              severityText: log.severityText,
              body: { stringValue: log.body },
              attributes: jsonAttributes(log.attributes),
              traceId: hex(log.traceId),
              spanId: hex(log.spanId),
              eventName: log.eventName,
            })),
          },
        ],
      },
    ],
  };
}
