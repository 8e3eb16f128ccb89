/** Which tracking plan each request is decoded with: that which was in force when it came, also when it is decoded again. */
import type { TrackingPlan } from '@heartwood/semconv';
import { decoderVersion } from './decode/decoder-version.ts';
import type { PlanFile, PlanSince, ReceivedPlan } from './plan-file.ts';

/** A plan, and the version of the decoders with it. */
interface PlanInForce {
  readonly plan: TrackingPlan | null;
  readonly decoder: number;
}

interface Since extends PlanInForce {
  /** Number of the first record in the journal that it is for. */
  readonly record: bigint;
  readonly given: ReceivedPlan | null;
}

/** Lives as long as the process; with a file it knows the plans of the process before, whose records may wait in the journal. */
export class Plans {
  readonly #file: PlanFile | undefined;
  #inForce: readonly Since[];
  /** What comes into force with the first record of this process. */
  #next: { readonly plan: ReceivedPlan | null } | undefined;

  constructor(plan: ReceivedPlan | null, file?: PlanFile) {
    this.#file = file;
    const earlier = file?.read() ?? [];
    this.#inForce =
      earlier.length === 0 ? [since(0n, file === undefined ? plan : null)] : earlier.map(toSince);
    if (file !== undefined) this.#next = { plan };
  }

  /** The plan of a record. */
  of(record: bigint): PlanInForce {
    return this.#inForce.findLast((one) => one.record <= record) ?? since(0n, null);
  }

  /** Told, before anything is decoded, which record is the next of this process. */
  begin(next: bigint, landed: bigint): void {
    if (this.#next === undefined) return;
    const { plan } = this.#next;
    this.#next = undefined;
    this.replace(plan, next, landed);
  }

  /** Puts a plan in force for the records from `next` on; those before `landed` are not asked about again. */
  replace(plan: ReceivedPlan | null, next: bigint, landed: bigint): void {
    const first = this.#inForce.findLastIndex((one) => one.record <= landed);
    const kept = this.#inForce.slice(Math.max(0, first)).filter(({ record }) => record < next);
    this.#inForce = [...kept, since(next, plan)];
    this.#file?.write(this.#inForce.map(({ record, given }) => ({ record, plan: given })));
  }
}

const toSince = ({ record, plan }: PlanSince): Since => since(record, plan);

const since = (record: bigint, given: ReceivedPlan | null): Since => ({
  record,
  given,
  plan: given?.plan ?? null,
  decoder: decoderVersion(given?.plan ?? null),
});
