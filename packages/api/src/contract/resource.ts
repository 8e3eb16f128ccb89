/** What processes use, over time and beside the features that run in them. */
import { z } from 'zod';
import { Explained, explainFlag } from './analytic.ts';
import { Instant, Meta } from './answer.ts';
import { Interval, interval, range } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);
const level = (description: string) => z.number().nullable().describe(description);

const resourceNumbers = {
  cpuCores: level('Cores that it kept busy, out of `process.cpu.time`: 1 is one whole core.'),
  cpuUse: level('Share of all cores, as `process.cpu.utilization` tells.'),
  memoryBytes: level('Physical memory (`process.memory.usage`), the mean of the minutes, bytes.'),
  memoryMaxBytes: level('The most of it, bytes.'),
  machineCpu: level('Share of all cores of its machine that anybody kept busy.'),
  machineMemory: level('Share of the memory of its machine that anybody used.'),
  diskUse: level('Share of the fullest disk that was used.'),
  loopDelayMs: level('Delay of its event loop, the longest 99th percentile, milliseconds.'),
  loopUse: level('Share of the time that its event loop was busy.'),
};

/** One process; null where it did not send the metric. */
export const ProcessResources = z
  .object({
    service: z.string().nullable().describe('`service.name`; `heartwood` is this server.'),
    instance: z.string().nullable().describe('`service.instance.id`.'),
    host: z.string().nullable().describe('`host.name`.'),
    pid: z.string().nullable().describe('`process.pid`.'),
    minutes: count('Minutes of the range with a metric.'),
    numbers: z.object(resourceNumbers).describe('Of all these minutes.'),
    points: z
      .array(
        z.object({
          start: Instant.describe('Start of the bucket, inclusive.'),
          end: Instant.describe('End of the bucket, exclusive.'),
          complete: z.boolean().describe('False while metrics of it may still arrive.'),
          ...resourceNumbers,
        }),
      )
      .describe('Oldest first, without gaps.'),
  })
  .meta({ id: 'ProcessResources' });

export const ResourceQuery = z.strictObject({
  ...range,
  service: text.optional().describe('Only processes of this service.'),
  ...interval,
  ...explainFlag,
});

export const ResourceMeta = Meta.extend({ ...Explained, interval: Interval }).meta({
  id: 'ResourceMeta',
});

const spread = (what: string) =>
  z
    .object({
      n: count('Minutes with the metric.'),
      mean: z.number().describe(`Mean over the minutes: ${what}.`),
      p95: z
        .number()
        .describe(`95 % of the minutes are at or below it, linear between ranks: ${what}.`),
      max: z.number().describe(`The largest minute: ${what}.`),
    })
    .nullable()
    .describe(`Over minutes, ${what}; null where no process sent the metric.`);

const Side = z.object({
  minutes: count('Minutes of processes with a metric.'),
  cpuCores: spread('cores kept busy'),
  cpuUse: spread('share of the CPU time that there is, 0 to 1'),
  memoryBytes: spread('physical memory, bytes'),
  loopDelayMs: spread('delay of the event loop, ms'),
});

/** What goes along with one feature. */
export const FeatureResources = z
  .object({
    feature: z.string(),
    runs: count('Runs that began in the range.'),
    processes: count('Processes that ran it and sent metrics.'),
    during: Side.describe('Minutes of these processes that a run touched.'),
    without: Side.describe('The other minutes of the same processes.'),
    reported: z
      .array(
        z.object({
          key: z.string().describe('`memory_usage_mb` or `cpu_time_ms` of the metadata of runs.'),
          runs: count('Runs that have it.'),
          mean: z.number().nullable(),
          p95: z.number().nullable(),
          max: z.number().nullable(),
        }),
      )
      .describe('What the app itself measured of runs, in its own units.'),
    reading: z.string().describe('What it says in words: an association, not a cause.'),
  })
  .meta({ id: 'FeatureResources' });

export const FeatureResourceQuery = z.strictObject({
  ...range,
  service: text.optional().describe('Only runs and processes of this service.'),
  ...explainFlag,
});
