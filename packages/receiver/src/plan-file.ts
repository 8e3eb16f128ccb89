/**
 * The plans of the records in the journal, beside it: what was acknowledged under a plan is decoded by that plan after a
 * restart too, so that no record is lost to a plan that came later, and none comes in that was rejected.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { TrackingPlan } from '@heartwood/semconv';
import { parsePlan } from '@heartwood/semconv/plan';

/** A plan, with the document that it was read from. */
export interface ReceivedPlan {
  readonly plan: TrackingPlan;
  readonly written: unknown;
}

/** A plan, and the number of the first record that it is for. */
export interface PlanSince {
  readonly record: bigint;
  readonly plan: ReceivedPlan | null;
}

const NAME = 'plans.json';

export class PlanFile {
  readonly #path: string;
  readonly #onTrouble: (message: string, cause: unknown) => void;

  constructor(folder: string, onTrouble: (message: string, cause: unknown) => void) {
    this.#path = path.join(folder, NAME);
    this.#onTrouble = onTrouble;
  }

  /** What was written last; nothing where there is no file, or none that can be read. */
  read(): readonly PlanSince[] {
    if (!existsSync(this.#path)) return [];
    try {
      const content: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      return (content as readonly Written[]).map(toPlanSince);
    } catch (cause) {
      this.#onTrouble(
        `${this.#path} cannot be read: what waits in the journal is decoded without a tracking plan`,
        cause,
      );
      return [];
    }
  }

  /** Durable when it returns. Where no record ever had a plan, no file is written. */
  write(plans: readonly PlanSince[]): void {
    if (plans.every(({ plan }) => plan === null) && !existsSync(this.#path)) return;
    const content = plans.map(({ record, plan }): Written => ({
      record: String(record),
      written: plan?.written ?? null,
    }));
    try {
      writeDurably(this.#path, JSON.stringify(content));
    } catch (cause) {
      this.#onTrouble(`${this.#path} cannot be written`, cause);
    }
  }
}

interface Written {
  readonly record: string;
  readonly written: unknown;
}

function toPlanSince({ record, written }: Written): PlanSince {
  if (written === null) return { record: BigInt(record), plan: null };
  const parsed = parsePlan(written);
  if (!parsed.ok) throw new TypeError('it holds a plan that this version cannot read');
  return { record: BigInt(record), plan: { plan: parsed.plan, written } };
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(`${file}.new`, 'w', 0o600);
  try {
    // A full disk may take a part of it and say so only by its length.
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
  syncFolder(path.dirname(file));
}

/** A name lasts when the folder that holds it does. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
