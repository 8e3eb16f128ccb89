/** Metrics of processes and machines as apps send them: the names of OpenTelemetry's conventions, newer and older spellings. */
import { ATTR_CPU_MODE } from './self-metrics.ts';

/** What a metric says of the process that sent it, or of its machine. */
export type HostMetricRole =
  /** Counter, seconds of CPU time by mode. */
  | 'cpu_time'
  /** Gauge, share of all cores by mode. */
  | 'cpu_use'
  /** Bytes of physical memory. */
  | 'memory'
  /** Gauge, share of each core by mode, idle included. */
  | 'machine_cpu'
  /** Gauge, share of the memory by state. */
  | 'machine_memory'
  /** Gauge, share of each disk, by state in older spellings. */
  | 'disk'
  /** Gauge, seconds that the event loop kept others waiting. */
  | 'loop_delay'
  /** Gauge, share of the time that the event loop was busy. */
  | 'loop_use';

/** Role of each metric by its name; `host-metrics` and `runtime-node` of JavaScript, the Collector's `hostmetrics`, and our own. */
export const HOST_METRICS: Readonly<Record<string, HostMetricRole>> = {
  'process.cpu.time': 'cpu_time',
  'process.cpu.utilization': 'cpu_use',
  'process.memory.usage': 'memory',
  'system.cpu.utilization': 'machine_cpu',
  'system.memory.utilization': 'machine_memory',
  'system.filesystem.utilization': 'disk',
  'nodejs.eventloop.delay.p99': 'loop_delay',
  'nodejs.eventloop.utilization': 'loop_use',
};

/** Attributes that tell the mode of CPU time and the state of memory or disk, the newest spelling first. */
export const HOST_STATE_KEYS: readonly string[] = [
  ATTR_CPU_MODE,
  'system.memory.state',
  'system.filesystem.state',
  'process.cpu.state',
  'system.cpu.state',
  'state',
];

/** Attributes that tell which core. */
export const HOST_CORE_KEYS: readonly string[] = [
  'cpu.logical_number',
  'system.cpu.logical_number',
  'cpu',
];

/** What an app measured of a run by itself, by the keys of its metadata. */
export const REPORTED_RESOURCE_KEYS = ['memory_usage_mb', 'cpu_time_ms'] as const;
