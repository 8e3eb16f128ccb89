/** Bodies without end, each another request: a few templates take turns. */
import { gzipSync } from 'node:zlib';
import { logTemplates } from './log-workload.ts';
import { metricTemplates } from './metric-workload.ts';
import type { Template } from './template.ts';
import { traceTemplates } from './workload.ts';

export type SignalName = 'traces' | 'logs' | 'metrics';

export interface BodiesOptions {
  readonly signal: SignalName;
  readonly encoding: 'protobuf' | 'json';
  readonly gzip: boolean;
  /** Spans, log records or metric points in one request. */
  readonly records: number;
  /** False: no attribute that Heartwood knows. */
  readonly features: boolean;
}

export interface Bodies {
  /** The templates' own bodies as they are sent, for comparison. */
  readonly templates: readonly Buffer[];
  /** Request `index`; every index gives another body. */
  body(index: number): Buffer;
}

/** More than a row group, so that no row group holds a text twice that should differ. */
const TEMPLATE_RECORDS = 131_072;

const MAKERS = { traces: traceTemplates, logs: logTemplates, metrics: metricTemplates };

/** @param templateRecords records of all templates together; fewer are made faster and come again sooner */
export function createBodies(
  { signal, encoding, gzip, records, features }: BodiesOptions,
  templateRecords: number = TEMPLATE_RECORDS,
): Bodies {
  const count = Math.ceil(templateRecords / records);
  const templates = Array.from(
    { length: count },
    (_, index) => MAKERS[signal]({ records, seed: index + 1, features })[encoding],
  );
  return gzip ? compressedBodies(templates) : plainBodies(templates);
}

function plainBodies(templates: readonly Template[]): Bodies {
  return {
    templates: templates.map(({ bytes }) => bytes),
    body(index) {
      const template = templates[index % templates.length] as Template;
      const body = Buffer.allocUnsafe(template.bytes.length);
      template.write(index, body);
      return body;
    },
  };
}

/**
 * To compress every body anew would keep the load generator busier than the server. So a body comes again with another
 * time in its gzip header: other bytes, and so another request, with the same spans in it.
 */
function compressedBodies(templates: readonly Template[]): Bodies {
  const zipped = templates.map(({ bytes }) => gzipSync(bytes, { level: 6 }));
  return {
    templates: zipped,
    body(index) {
      const body = Buffer.from(zipped[index % zipped.length] as Buffer);
      body.writeUInt32LE(index + 1, GZIP_TIME_AT);
      return body;
    },
  };
}

/** Place of the modification time, RFC 1952 section 2.3. */
const GZIP_TIME_AT = 4;
