/** Options of wrapping: those of the feature, and when a call is over. */
import { warnOnce } from '../host/report.ts';
import {
  toFeature,
  type AnyFeatureOptions,
  type Feature,
  type FeatureOptions,
} from '../facts/options.ts';

/** When the run of a call is over that gave back a stream or an iterator. */
export interface StreamOption {
  /**
   * `until-end`, the default: when the stream or iterator has ended, failed, or was cancelled or dropped.
   * `until-return`: when the call has returned it.
   */
  readonly stream?: 'until-end' | 'until-return';
}

/** Options of a wrapped function. */
export interface WrapOptions<Args extends readonly unknown[] = readonly unknown[], Result = unknown>
  extends FeatureOptions<Args, Result>, StreamOption {
  /**
   * Which argument is the callback that ends the run: its position from 0, or the `last` one of each call. It is called
   * as Node does, `(error, result)`; a first argument that is neither an Error nor null nor undefined is the result.
   * A call without a function there ends as any other. Never guessed: without this option no argument is touched.
   */
  readonly callback?: number | 'last';
}

/** Wrap options of any function, as they are kept inside. */
export type AnyWrapOptions = WrapOptions<never[], never>;

/** A feature, and when its calls are over. */
export interface Wrapping {
  readonly feature: Feature;
  readonly callback: number | 'last' | undefined;
  readonly untilReturn: boolean;
}

/** Checks name and options. Never throws: what makes no sense is said once and left out. */
export function toWrapping(
  name: unknown,
  options: (AnyFeatureOptions & AnyWrapOptions) | null,
  functionName = '',
): Wrapping {
  const feature = toFeature(name, options, functionName);
  return {
    feature,
    callback: checkedCallback(feature.name, options?.callback),
    untilReturn: isUntilReturn(feature.name, options?.stream),
  };
}

function checkedCallback(name: string, given: unknown): number | 'last' | undefined {
  if (given === undefined || given === 'last') return given;
  if (typeof given === 'number' && Number.isInteger(given) && given >= 0) return given;
  warnOnce(
    'callback option',
    `callback of "${name}" must be a position from 0 or 'last'; it is left out`,
  );
  return undefined;
}

function isUntilReturn(name: string, given: unknown): boolean {
  if (given !== undefined && given !== 'until-end' && given !== 'until-return') {
    warnOnce(
      'stream option',
      `stream of "${name}" must be 'until-end' or 'until-return'; 'until-end' is used`,
    );
  }
  return given === 'until-return';
}
