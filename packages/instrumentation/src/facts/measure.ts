/** Sizes of what a call was given and gave back, by the options of its feature. */
import { callOfApp } from '../host/callback.ts';
import type { Feature, FeatureOptions } from './options.ts';
import { sizeOf, sizeOfAll } from './size.ts';

/** Bytes of the arguments; undefined when they are not to be measured or cannot be. */
export function inputSizeOf(feature: Feature, args: readonly unknown[]): number | undefined {
  const { inputSize } = feature.options as FeatureOptions;
  if (inputSize === false || args.length === 0) return undefined;
  return typeof inputSize === 'function'
    ? callOfApp(feature.name, 'inputSize', () => inputSize(...args))
    : measured(inputSize, (plainOnly, most) => sizeOfAll(args, plainOnly, most));
}

/** Bytes of the result, by the same rule. */
export function outputSizeOf(
  feature: Feature,
  result: unknown,
  args: readonly unknown[],
): number | undefined {
  const { outputSize } = feature.options as FeatureOptions;
  if (outputSize === false) return undefined;
  return typeof outputSize === 'function'
    ? callOfApp(feature.name, 'outputSize', () => outputSize(result, ...args))
    : measured(outputSize, (plainOnly, most) => sizeOf(result, plainOnly, most));
}

// What is measured without being asked for must cost little: 1000 values take about 50 µs.
const MOST_VALUES_UNASKED = 1000;
const MOST_VALUES_ASKED = 10_000;

function measured(
  asked: true | undefined,
  size: (plainOnly: boolean, maxValues: number) => number | undefined,
): number | undefined {
  return asked === true ? size(false, MOST_VALUES_ASKED) : size(true, MOST_VALUES_UNASKED);
}
