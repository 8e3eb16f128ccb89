/** One table of routes: the Express app made from it. */
export { createApp } from './app.ts';
export { type AppOptions } from './app-options.ts';
export { LiveHub } from './live/hub.ts';
export { LogStreams } from './live/log-streams.ts';
export type { MetricFamily, MetricPoint, Reading } from './metric-family.ts';
export { createOpenApi } from './openapi.ts';
export { type Tokens } from './guard.ts';
