/** Operations: runs that may last, and say on the way how far they are. */
import { context } from '@opentelemetry/api';
import { runIn } from '../context/context.ts';
import { toFeature, type Feature } from '../facts/options.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { isExcluded } from '../privacy/privacy.ts';
import { beginRun } from '../run/run.ts';
import { runUnrecorded, unrecordedContext } from '../run/unrecorded-context.ts';
import { currentConfig } from '../settings/config.ts';
import { LiveOperation } from './live-operation.ts';
import { outputsFor } from './operation-outputs.ts';
import type { OperationOptions, Operation } from './operation-handle.ts';

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
