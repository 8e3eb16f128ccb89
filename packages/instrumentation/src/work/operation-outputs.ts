/** Who is told about operations on this machine, by the settings in force. */
import type { FeatureConfig } from '../settings/config.ts';
import { createConsole } from './operation-console.ts';
import { createFiles } from './operation-files.ts';
import { SUBSCRIBERS } from './subscribers.ts';
import type { OperationOutput } from './operation-view.ts';

/** The outputs for operations that start under these settings. */
export function outputsFor(config: FeatureConfig): readonly OperationOutput[] {
  if (made?.config !== config) made = { config, outputs: create(config) };
  return made.outputs;
}

let made:
  | { readonly config: FeatureConfig; readonly outputs: readonly OperationOutput[] }
  | undefined;

function create(config: FeatureConfig): OperationOutput[] {
  const outputs: OperationOutput[] = [SUBSCRIBERS];
  if (!config.quiet) outputs.push((terminal ??= createConsole(process.stderr, process.env)));
  if (config.logDir !== '') outputs.push(filesIn(config.logDir));
  return outputs;
}

/** One for each folder, for good: operations that began under other settings may still write to it. */
function filesIn(folder: string): OperationOutput {
  let found = files.get(folder);
  if (found === undefined) {
    found = createFiles(folder);
    files.set(folder, found);
  }
  return found;
}

const files = new Map<string, OperationOutput>();

/** One for all settings: two would draw over each other. */
let terminal: OperationOutput | undefined;
