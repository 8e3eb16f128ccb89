/** The logs part of OTLP as protobufjs types: the oracle that our decoders are compared with. */
import protobuf from 'protobufjs';
import { SCHEMA } from './otlp-schema.ts';

/** Field numbers and types of the public OTLP 1.x messages, without their comments. */
const LOGS = `
message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
message LogRecord {
  fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
  bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12;
}
`;

/** The type of a logs export request. */
export const logRequestType = (): protobuf.Type =>
  protobuf.parse(SCHEMA + LOGS).root.lookupType('ExportLogsServiceRequest');
