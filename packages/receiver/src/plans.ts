/** Which tracking plan each request is decoded with: that which was in force when it came, also when it is decoded again. */
import type { TrackingPlan } from '@heartwood/semconv';
import { decoderVersion } from './decode/decoder-version.ts';

/** A plan, and the version of the decoders with it. */
interface PlanInForce {
  readonly plan: TrackingPlan | null;
  readonly decoder: number;
}

interface Since extends PlanInForce {
  /** Number of the first record in the journal that it is for. */
  readonly record: bigint;
}

/** Lives as long as the process. What an earlier process has left in the journal is decoded with the first plan of this one. */
export class Plans {
  #inForce: Since[];

  constructor(plan: TrackingPlan | null) {
    this.#inForce = [since(0n, plan)];
  }

  /** The plan of a record. */
  of(record: bigint): PlanInForce {
    return this.#inForce.findLast((one) => one.record <= record) ?? since(0n, null);
  }

  /** Puts a plan in force for the records from `next` on; those before `landed` are not asked about again. */
  replace(plan: TrackingPlan | null, next: bigint, landed: bigint): void {
    const first = this.#inForce.findLastIndex((one) => one.record <= landed);
    const kept = this.#inForce.slice(Math.max(0, first)).filter(({ record }) => record < next);
    this.#inForce = [...kept, since(next, plan)];
  }
}

const since = (record: bigint, plan: TrackingPlan | null): Since => ({
  record,
  plan,
  decoder: decoderVersion(plan),
});
