/** The contract: the table of routes and the schema of every answer. */
export { Attributes } from './envelope.ts';
export { ConfigRow } from './health.ts';
export { LogRow } from './log.ts';
export { Span, SpanEvent, SpanLink, TraceDetail, TraceRow } from './trace.ts';
export { FeatureDetail, FeatureRow, RunTotals } from './feature.ts';
export { Instant, Meta, Problem } from './answer.ts';
export { MetricPointRow, MetricRow } from './metric.ts';
export { ReceiverState, SignalState } from './receiver.ts';
export { StorageState } from './storage.ts';
export { RecordRow } from './record.ts';
export type { AnswerRoute, GetRoute, PostRoute, Route, Scope, StreamRoute } from './route.ts';
export { ROUTES, type RouteName, type Routes } from './routes.ts';
export { ServiceRow } from './service.ts';
export { SystemState } from './system.ts';
export { UsagePoint, UsageSeries } from './usage.ts';
