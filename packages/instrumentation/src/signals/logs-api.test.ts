/** Events in an app that sends its log records with an SDK of its own. */
import { logs } from '@opentelemetry/api-logs';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { startFeature } from '../run/run.ts';
import { emitEvent, takesEvents } from './event-sink.ts';

registerMemory();
const exporter = new InMemoryLogRecordExporter();
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});

afterEach(() => exporter.reset());
afterAll(() => logs.disable());

test('events go nowhere as long as the app has no loggers', () => {
  expect(takesEvents()).toBe(false);
});

test('events are log records of the app, in the trace of the run', () => {
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }),
  );
  expect(takesEvents()).toBe(true);
  const run = startFeature('checkout');
  run.run(() => emitEvent('order_paid', {}, { total: 3 }, { severity: 13, body: 'paid' }));
  const [record] = exporter.getFinishedLogRecords();
  expect(record).toMatchObject({
    eventName: 'order_paid',
    severityNumber: 13,
    body: 'paid',
    attributes: { total: 3, 'feature.name': 'checkout', 'session.kind': 'run' },
    instrumentationScope: { name: '@heartwood/instrumentation' },
    spanContext: { spanId: run.runId },
  });
  expect(warned).not.toHaveBeenCalled();
});

test('it is said once that urgent ones may be late', () => {
  emitEvent('e_f', {}, {}, { urgency: 'now' });
  emitEvent('e_f', {}, {}, { urgency: 'now' });
  expect(exporter.getFinishedLogRecords()).toHaveLength(2);
  expect(warned.mock.calls.flat().join()).toContain('may hold them for seconds');
  expect(warned).toHaveBeenCalledTimes(1);
});

test('where we send ourselves, the app gets none', () => {
  using outlets = installOutlets();
  emitEvent('e_f', {}, {}, { urgency: 'now' });
  expect(exporter.getFinishedLogRecords()).toEqual([]);
  expect(outlets.takeEvents()).toHaveLength(1);
});
