/** What runs, events and metrics go through: one set for each thread, shared by all copies of this package in it. */
import type { LogOutlet, MetricOutlet } from './delivery/ports.ts';
import type { Engine } from './engine/engine.ts';
import { createSdkEngine } from './engine/sdk.ts';

/** The parts. An outlet is absent as long as nobody delivers for us: what would go there is then not even made. */
export interface Runtime {
  /** Makes spans of runs. A run ends on the engine that it began on. */
  readonly engine: Engine;
  readonly logs: LogOutlet | undefined;
  readonly metrics: MetricOutlet | undefined;
}

/** The parts in force. */
export function runtime(): Runtime {
  return place().current;
}

/** Puts parts in place of those in force; the answer brings the former back, unless others came after. */
export function install(parts: Partial<Runtime>): () => void {
  const former = place().current;
  const installed: Runtime = { ...former, ...parts };
  place().current = installed;
  return () => {
    if (place().current === installed) place().current = former;
  };
}

/** Where the parts are kept, found once: a look at the global object at every run would be felt. */
class Place {
  #current: Runtime | undefined;

  get current(): Runtime {
    this.#current ??= { engine: createSdkEngine(), logs: undefined, metrics: undefined };
    return this.#current;
  }

  set current(runtime: Runtime) {
    this.#current = runtime;
  }
}

// Symbol.for: a second copy of the package finds it. The number rises when the shape changes.
const KEY = Symbol.for('heartwood runtime 2');
const shared = globalThis as unknown as Record<typeof KEY, { current: Runtime } | undefined>;
let found: { current: Runtime } | undefined;

function place(): { current: Runtime } {
  return (found ??= shared[KEY] ??= new Place());
}
