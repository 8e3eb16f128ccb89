/** Operations as JSON for files: what programs read that follow them from outside. */
import { hostname } from 'node:os';
import type { OperationEventKind } from '@heartwood/semconv';
import type { Metadata } from '../facts/metadata.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { flatFacts } from './flat-facts.ts';
import type { OperationView } from './operation-view.ts';

/** One line of `progress.jsonl`. Keys without a value are left out. */
export function toProgressLine(
  kind: OperationEventKind,
  view: OperationView,
  facts: Metadata | undefined,
  userId?: RawUserId,
): string {
  const line = {
    time: new Date().toISOString(),
    event: kind,
    ...progressOf(view),
    ...(facts !== undefined && { facts: flatFacts(facts, userId) }),
    pid: process.pid,
  };
  return `${JSON.stringify(line)}\n`;
}

/** An operation in the status files. */
export interface StatusEntry {
  readonly id: string;
  readonly name: string;
  /** `running`, `paused`, a feature status, or `lost` when its process ended without a word. */
  readonly status: string;
  readonly pid: number;
  readonly host: string;
  /** Tells this process from another one that had the same number. */
  readonly process_started_at: string;
  readonly started_at: string;
  readonly updated_at: string;
  readonly [field: string]: unknown;
}

/** How an operation of this process stands. */
export function toStatusEntry(view: OperationView): StatusEntry {
  const { operation, ...progress } = progressOf(view);
  return {
    id: operation,
    ...progress,
    status: view.status ?? view.state,
    pid: process.pid,
    host: HOST,
    process_started_at: PROCESS_STARTED_AT,
    started_at: new Date(view.startedMs).toISOString(),
    updated_at: new Date().toISOString(),
  };
}

/** True for an entry of this very process. */
export function isOwn({ pid, host, process_started_at }: StatusEntry): boolean {
  return pid === process.pid && host === HOST && process_started_at === PROCESS_STARTED_AT;
}

/** True when the process that wrote an entry is not there any more, as far as can be told from here. */
export function isOrphan({ pid, host, process_started_at, updated_at }: StatusEntry): boolean {
  if (host !== HOST) return Date.now() - Date.parse(updated_at) > FORGOTTEN_MS;
  // A container's process has the same number at every start.
  if (pid === process.pid) return process_started_at !== PROCESS_STARTED_AT;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

const HOST = hostname();
const PROCESS_STARTED_AT = new Date(performance.timeOrigin).toISOString();
const FORGOTTEN_MS = 24 * 3600 * 1000;

function progressOf(
  view: OperationView,
): Record<string, unknown> & { operation: string; name: string } {
  const { fraction, ratePerS, etaS } = view;
  return {
    operation: view.id,
    name: view.name,
    description: view.description,
    parent: view.parentId,
    component: view.component,
    message: view.message,
    current: view.current,
    total: view.total,
    unit: view.unit,
    percent: fraction === undefined ? undefined : rounded(fraction * 100),
    rate_per_s: rounded(ratePerS),
    eta_s: rounded(etaS),
    duration_s: rounded(view.durationMs / 1000),
    status: view.status,
    error_type: view.errorType,
    reason: view.reason,
  };
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1000) / 1000;
}
