/** Events of operations as the instrumentation sends them. */
import {
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_OPERATION_CURRENT,
  ATTR_FEATURE_OPERATION_DURATION,
  ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL,
  ATTR_FEATURE_OPERATION_ID,
  ATTR_FEATURE_OPERATION_MESSAGE,
  ATTR_FEATURE_OPERATION_SEQUENCE,
  ATTR_FEATURE_OPERATION_TOTAL,
  ATTR_FEATURE_OPERATION_UNIT,
  ATTR_FEATURE_PROGRESS,
} from '../../packages/semconv/src/index.ts';
import { type Attribute, OtlpWriter } from './otlp-writer.ts';

/** What an operation of an app tells. */
export interface OperationRecord {
  readonly event: string;
  readonly app: number;
  /** Which operation of the app. */
  readonly index: number;
  readonly sequence: number;
  readonly elapsedS: number;
  readonly current: number | undefined;
}

const TOTAL = 100_000;
const FEATURES = 40;

/** A request of one app; the message of each record says when it was made: `sent at <ms>`. */
export function operationRequest(app: number, records: readonly OperationRecord[]): Buffer {
  const writer = new OtlpWriter();
  const nowMs = performance.timeOrigin + performance.now();
  writer.message(1, () => {
    writer.message(2, () => {
      for (const record of records.toReversed())
        writer.message(2, () => writeRecord(writer, record, nowMs + record.index / 1000));
      writer.message(1, () => writer.string(1, '@heartwood/instrumentation'));
    });
    writer.message(1, () =>
      writer.attributes(1, [
        { key: 'service.name', value: `worker-${String(app)}` },
        { key: 'service.instance.id', value: `instance-${String(app)}` },
        { key: 'host.name', value: `host-${String(app)}` },
        { key: 'process.pid', value: BigInt(4000 + app) },
      ]),
    );
  });
  return writer.finish().bytes;
}

function writeRecord(writer: OtlpWriter, record: OperationRecord, sentMs: number): void {
  const timeNs = BigInt(Math.round(sentMs * 1000)) * 1000n;
  writer.string(12, record.event);
  writer.time(11, timeNs);
  writer.attributes(6, attributesOf(record, sentMs));
  writer.string(3, 'INFO');
  writer.varint(2, 9);
  writer.time(1, timeNs);
}

function attributesOf(
  { app, index, sequence, elapsedS, current }: OperationRecord,
  sentMs: number,
): Attribute[] {
  const id = `${app.toString(16).padStart(4, '0')}${index.toString(16).padStart(12, '0')}`;
  const own: Attribute[] = [
    { key: ATTR_FEATURE_NAME, value: `job_${String(index % FEATURES)}` },
    { key: ATTR_FEATURE_OPERATION_ID, value: id },
    { key: ATTR_FEATURE_OPERATION_SEQUENCE, value: BigInt(sequence) },
    { key: ATTR_FEATURE_OPERATION_DURATION, value: elapsedS },
    { key: ATTR_FEATURE_COMPONENT, value: 'sync' },
    { key: ATTR_FEATURE_OPERATION_MESSAGE, value: `sent at ${sentMs.toFixed(3)} by the worker` },
    { key: ATTR_FEATURE_OPERATION_TOTAL, value: BigInt(TOTAL) },
    { key: ATTR_FEATURE_OPERATION_UNIT, value: 'conversations' },
  ];
  return current === undefined
    ? [...own, { key: ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL, value: 10 }]
    : [
        ...own,
        { key: ATTR_FEATURE_OPERATION_CURRENT, value: BigInt(current) },
        { key: ATTR_FEATURE_PROGRESS, value: current / TOTAL },
      ];
}
