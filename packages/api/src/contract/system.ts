/** The state of the process: what it holds, what it received, whether it lives. */
import { z } from 'zod';
import { Instant } from './answer.ts';
import { ReceiverState } from './receiver.ts';
import { count } from './run.ts';
import { StorageState } from './storage.ts';

/** What the process holds and has done. */
export const SystemState = z
  .object({
    version: z.string(),
    startedAt: Instant,
    uptimeSeconds: z.number().min(0).describe('Seconds since the start.'),
    otlpHttpUrl: z
      .string()
      .optional()
      .describe(
        'Where this server takes OTLP over HTTP, such as `http://127.0.0.1:4318`; absent when it runs without a receiver.',
      ),
    store: z.object({
      sizeBytes: count('Size of the database file, without its write-ahead log, bytes.'),
      memoryBytes: count('Memory that the database uses, bytes.'),
      spans: count('Spans stored.'),
      logs: count('Log records stored.'),
      runs: count('Spans that are runs of a feature.'),
      features: count('Distinct features.'),
      services: count('Distinct services.'),
      firstSeen: Instant.nullable().describe('Start of the earliest span.'),
      lastSeen: Instant.nullable().describe('Start of the latest span.'),
      lastReceived: Instant.nullable().describe(
        "When the last span, log record or metric point arrived, but for the server's own.",
      ),
    }),
    storage: StorageState.optional().describe('Absent until the first look.'),
    receiver: ReceiverState,
  })
  .meta({ id: 'SystemState' });
export type SystemState = z.infer<typeof SystemState>;

/** The process answers. */
export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** The process takes data and questions. */
export const Readiness = z.object({ status: z.literal('ready') }).meta({ id: 'Readiness' });

/** A query without parameters. */
export const NoQuery = z.strictObject({});
/** A path without parameters. */
export const NoParams = z.object({});
