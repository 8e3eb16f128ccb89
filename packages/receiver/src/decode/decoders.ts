/** The decoder of each signal; all of them read the same open request. */
import { LOGS, METRICS, TRACES } from '../signal.ts';
import { createLogDecoder } from './logs/log-decoder.ts';
import { createMetricDecoder } from './metrics/metric-decoder.ts';
import type { OpenRequest } from './open-request.ts';
import type { SignalDecoder } from './signal-decoder.ts';
import { createTraceDecoder } from './traces/trace-decoder.ts';

/** Decoders by the number of their signal. */
export const createDecoders = (request: OpenRequest): ReadonlyMap<number, SignalDecoder> =>
  new Map([
    [TRACES.number, createTraceDecoder(request)],
    [LOGS.number, createLogDecoder(request)],
    [METRICS.number, createMetricDecoder(request)],
  ]);
