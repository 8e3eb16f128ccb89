/** Logs and events of the JavaScript SDK through a server, and back through the API as the app gave them. */
import type { QueryOf } from '@heartwood/api/client';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, type ServerProcess, withServer } from './system/server-process.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

const EXPORTERS = {
  'http/protobuf': ({ otlpUrl }: ServerProcess) =>
    new ProtobufExporter({ url: `${otlpUrl}/v1/logs` }),
  'http/json': ({ otlpUrl }: ServerProcess) => new JsonExporter({ url: `${otlpUrl}/v1/logs` }),
  grpc: ({ grpcAddress }: ServerProcess) => new GrpcExporter({ url: `http://${grpcAddress}` }),
};

test.each(Object.entries(EXPORTERS))('logs over %s come back as sent', async (_, exporterOf) => {
  await withServer(async (server) => {
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'service.version': '1.4.0' }),
      processors: [new BatchLogRecordProcessor({ exporter: exporterOf(server) })],
    });
    const logger = provider.getLogger('checkout', '2.0');
    const timestamp = Date.now() - 1000;
    logger.emit({ timestamp, body: 'order 17 was paid "twice" — żółć', severityText: 'note' });
    logger.emit({
      timestamp,
      eventName: 'session.start',
      severityNumber: SeverityNumber.WARN,
      body: { kind: 'visit', count: 9_007_199_254_740_991, nested: [1, 'a', null] },
      attributes: {
        'session.id': 's1',
        'user.hash': 'ab12',
        'feature.name': 'checkout',
        'feature.component': 'cart',
        'feature.status': 'failed',
        'error.type': 'TypeError',
        list: ['a', 'b'],
      },
      context: trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: SPAN, traceFlags: 1 }),
    });
    logger.emit({ timestamp });
    await provider.shutdown();

    const listed = async (query: QueryOf<'/api/v1/logs'>) =>
      (await clientOf(server).get('/api/v1/logs', { query: { since: '1h', ...query } })).data;
    const rows = await eventually(
      () => listed({}),
      (found) => found.length === 3,
    );
    const time = `${new Date(timestamp).toISOString().slice(0, -1)}000000Z`;
    expect(rows).toMatchObject([
      { time, body: null, isJsonBody: false, severity: null, attributes: {}, event: null },
      {
        time,
        event: 'session.start',
        severity: 'warn',
        severityNumber: 13,
        isJsonBody: true,
        traceId: TRACE,
        spanId: SPAN,
        flags: 1,
        feature: 'checkout',
        component: 'cart',
        session: 's1',
        user: 'ab12',
        errorType: 'TypeError',
        attributes: {
          'session.id': 's1',
          'user.hash': 'ab12',
          'feature.name': 'checkout',
          'feature.component': 'cart',
          'feature.status': 'failed',
          'error.type': 'TypeError',
          list: ['a', 'b'],
        },
      },
      {
        time,
        body: 'order 17 was paid "twice" — żółć',
        isJsonBody: false,
        severity: null,
        severityText: 'note',
        service: 'shop',
        component: 'shop',
        traceId: null,
        scope: { name: 'checkout', version: '2.0' },
        resource: { attributes: { 'service.name': 'shop', 'service.version': '1.4.0' } },
        marks: [],
      },
    ]);
    expect(JSON.parse(rows[1]?.body ?? '')).toEqual({
      kind: 'visit',
      count: 9_007_199_254_740_991,
      nested: [1, 'a', null],
    });
    expect(await listed({ traceId: TRACE })).toHaveLength(1);
    expect(await listed({ minSeverity: 'error' })).toEqual([]);
    expect(await listed({ text: 'WAS paid' })).toEqual([]);
    expect(await listed({ text: 'żółć' })).toHaveLength(1);
    expect(await listed({ text: 'was paid' })).toHaveLength(1);
  });
});

/** What the JavaScript SDK cannot send. */
const ODD_LOGS = {
  resourceLogs: [
    {
      resource: {
        attributes: [{ key: 'service.name', value: { stringValue: 'odd' } }],
        droppedAttributesCount: 2,
      },
      schemaUrl: 'https://resource',
      scopeLogs: [
        {
          scope: {
            name: 'lib',
            version: '2',
            attributes: [{ key: 'a', value: { intValue: '1' } }],
          },
          schemaUrl: 'https://scope',
          logRecords: [
            {
              timeUnixNano: `${String(Date.now())}000001`,
              observedTimeUnixNano: `${String(Date.now())}000002`,
              severityNumber: 17,
              severityText: 'SEVERE',
              eventName: 'odd.one',
              body: { kvlistValue: { values: [{ key: '$map', value: { doubleValue: 2 } }] } },
              droppedAttributesCount: 3,
              flags: 257,
              attributes: [
                { key: 'user.id', value: { stringValue: 'u1' } },
                { key: 'double', value: { doubleValue: 1 } },
                { key: 'nan', value: { doubleValue: 'NaN' } },
                { key: 'big', value: { intValue: '9007199254740993' } },
                { key: 'bytes', value: { bytesValue: 'AP8=' } },
                { key: 'none', value: {} },
                { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
              ],
            },
            { observedTimeUnixNano: `${String(Date.now())}000003`, body: {} },
            { observedTimeUnixNano: `${String(Date.now())}000004` },
          ],
        },
      ],
    },
  ],
};

test('S3-110 S2-26: an export as OTLP, sent to a receiver again, gives the same records', async () => {
  await withServer(async (server) => {
    const post = async (request: unknown): Promise<void> => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(request);
      const answer = await fetch(`${server.otlpUrl}/v1/logs`, { method: 'POST', headers, body });
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
    };
    const client = clientOf(server);
    const listed = async (count: number) => {
      const query = { since: '1h', order: 'oldest' } as const;
      const { data } = await eventually(
        () => client.get('/api/v1/logs', { query }),
        ({ data: found }) => found.length === count,
      );
      return data;
    };
    await post(ODD_LOGS);
    const first = await listed(3);
    const { data } = await client.get('/api/v1/logs/otlp', { query: { since: '1h' } });
    await post(data);
    const both = await listed(6);
    const plain = ({ seq: _seq, ...row }: (typeof both)[number]) => JSON.stringify(row);
    expect(both.map(plain).toSorted()).toEqual([...first, ...first].map(plain).toSorted());
  });
});
