/** Operations: runs that may last, and say on the way how far they are. */
import { context } from '@opentelemetry/api';
import type { FeatureCategory, FeatureStatus } from '@heartwood/semconv';
import { runIn } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { toFeature, type Feature } from '../facts/options.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { isExcluded } from '../privacy/privacy.ts';
import { beginRun } from '../run/run.ts';
import { runUnrecorded, unrecordedContext } from '../run/unrecorded-context.ts';
import { currentConfig } from '../settings/config.ts';
import { LiveOperation } from './live-operation.ts';
import { outputsFor } from './operation-outputs.ts';
import type { OperationState } from './operation-view.ts';

/** How far an operation is. Keys beside these three are facts of the app and are sent along. */
export interface OperationProgress {
  /** What it is doing now. */
  readonly message?: string;
  /** Items done so far. */
  readonly current?: number;
  /** Items there are; may change on the way. */
  readonly total?: number;
  readonly [fact: string]: unknown;
}

/** How an operation is started. */
export interface OperationOptions {
  /** What it does, for people. */
  readonly description?: string;
  /** How many items there will be, as a guess. */
  readonly estimatedItems?: number;
  /** What is counted, such as `files`. */
  readonly unit?: string;
  /** The operation that this one is a part of. */
  readonly parent?: Operation;
  /** Time without news after which a heartbeat is sent, milliseconds; that of the settings when left out, 0 for none. */
  readonly heartbeatMs?: number;
  readonly category?: FeatureCategory | (string & {});
  readonly component?: string;
}

/** An operation under way. It ends once; whatever is called after its end has no effect. `using` completes it. */
export interface Operation extends Disposable {
  readonly id: string;
  readonly name: string;
  readonly state: OperationState;
  /** Costs microseconds, so call it as often as you like: what leaves the process is at most one event a second. */
  update(progress: OperationProgress): void;
  complete(message?: string, result?: Metadata): void;
  fail(error?: unknown, message?: string): void;
  cancel(reason?: string): void;
  /** Ends it with a status that the calls above do not give, such as `partial`. A word that is none is a failure. */
  end(status: FeatureStatus, message?: string, result?: Metadata): void;
  pause(reason?: string): void;
  resume(): void;
  /** Calls `fn` inside the operation's run: spans made there become its children. Does not end it. */
  run<R>(fn: () => R): R;
}

/**
 * Starts an operation. It is a run of the feature `name`, with a span at its end, unless a run of this very name is
 * under way here: then it belongs to that one. Never throws.
 */
export function startOperation(name: string, options: OperationOptions = {}): Operation {
  const config = currentConfig();
  const active = context.active();
  const around = runIn(active)?.name;
  if (!config.progressEnabled) return around === name ? IDLE : IDLE_APART;
  try {
    const feature = featureOf(name, options);
    const inside = around === feature.name;
    const run = inside ? undefined : beginRun(feature, []);
    const heartbeatMs = options.heartbeatMs ?? config.heartbeatS * 1000;
    const isSent = !isExcluded(feature.name, config.exclude);
    return new LiveOperation(feature.name, options, {
      run,
      // Of a feature that is not recorded nothing may end up in the run around.
      context: run?.context ?? (inside ? active : (unrecordedContext() ?? active)),
      heartbeatMs,
      isSent,
      isGuarded: isSent && heartbeatMs > 0 && config.watchdog,
      outputs: outputsFor(config),
    });
  } catch (error) {
    reportCallbackFailure(name, 'startOperation', error);
    return IDLE_APART;
  }
}

/** What an app gets when progress is off, inside a run of that name: one for all, because nothing is kept in it. */
const IDLE: Operation = {
  id: '',
  name: '',
  state: 'ended',
  update: () => {},
  complete: () => {},
  fail: () => {},
  cancel: () => {},
  end: () => {},
  pause: () => {},
  resume: () => {},
  run: (fn) => fn(),
  [Symbol.dispose]: () => {},
};

/** And anywhere else: its facts are not those of the run around. */
const IDLE_APART: Operation = { ...IDLE, run: runUnrecorded };

const MOST_FEATURES = 500;
const features = new Map<string, Feature>();

/** Operations of one kind share what they have in common: it is a good part of what each would hold. */
function featureOf(name: string, { category, component }: OperationOptions): Feature {
  const key = `${name}\n${category}\n${component}`;
  const known = features.get(key);
  if (known !== undefined) return known;
  const feature = toFeature(name, {
    ...(category !== undefined && { category }),
    ...(component !== undefined && { component }),
  });
  if (features.size < MOST_FEATURES) features.set(key, feature);
  return feature;
}
