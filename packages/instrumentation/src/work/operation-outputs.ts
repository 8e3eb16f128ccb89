/** Who is told about operations on this machine, by the settings in force. */
import type { FeatureConfig } from '../settings/config.ts';
import { SUBSCRIBERS } from './subscribers.ts';
import type { OperationOutput } from './operation-view.ts';

/** The outputs for operations that start under these settings. */
export function outputsFor(config: FeatureConfig): readonly OperationOutput[] {
  if (made?.config !== config) made = { config, outputs: [SUBSCRIBERS] };
  return made.outputs;
}

let made:
  | { readonly config: FeatureConfig; readonly outputs: readonly OperationOutput[] }
  | undefined;
