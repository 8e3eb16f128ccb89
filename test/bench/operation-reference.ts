/** What no server of operations can do without: reads the same requests with protobufjs, and writes as much to as many. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';
import { answerParent } from './helper-process.ts';

/** Asked to begin it answers with its address, for both what is sent and what is followed. */
export interface ReferenceAsk {
  /** Bytes of a frame, and how often one goes to every reader. */
  readonly frameBytes: number;
  readonly everyMs: number;
}

/** The public OTLP 1.x messages of logs, as far as these requests use them. */
const { root } = protobuf.parse(
  `syntax = "proto3";
  message Request { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; }
  message Scope { string name = 1; string version = 2; }
  message LogRecord {
    fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; fixed64 observed_time_unix_nano = 11; string event_name = 12;
  }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }`,
);
const request = root.lookupType('Request');
const readers = new Set<ServerResponse>();

answerParent(async ({ frameBytes, everyMs }: ReferenceAsk) => {
  const frame = Buffer.from(`data: ${'x'.repeat(Math.max(0, frameBytes - 8))}\n\n`);
  const server = createServer((asked, answer) => {
    if (asked.method === 'GET') {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      readers.add(answer);
      answer.once('close', () => readers.delete(answer));
      return;
    }
    const pieces: Buffer[] = [];
    asked.on('data', (piece: Buffer) => pieces.push(piece));
    asked.once('end', () => {
      request.decode(Buffer.concat(pieces));
      answer.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  setInterval(() => {
    for (const reader of readers) reader.write(frame);
  }, everyMs);
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
});
