/** The handler of every route of the table, a file a topic. */
import type { Routes } from '../contract/routes.ts';
import { activityHandlers } from './activity.ts';
import { adoptionHandlers } from './adoption.ts';
import type { HandlersOf } from './context.ts';
import { definitionHandlers } from './definition.ts';
import { entryHandlers } from './entry.ts';
import { errorHandlers } from './error.ts';
import { eventHandlers } from './event.ts';
import { explainHandlers } from './explain.ts';
import { featureHandlers } from './feature.ts';
import { funnelHandlers } from './funnel.ts';
import { healthHandlers } from './health.ts';
import { heartHandlers } from './heart.ts';
import { kpiHandlers } from './kpi.ts';
import { logHandlers } from './log.ts';
import { metricHandlers } from './metric.ts';
import { operationHandlers } from './operation.ts';
import { overviewHandlers } from './overview.ts';
import { performanceHandlers } from './performance.ts';
import { pathHandlers } from './path.ts';
import { planHandlers } from './plan.ts';
import { qualityHandlers } from './quality.ts';
import { recordHandlers } from './record.ts';
import { resourceHandlers } from './resource.ts';
import { retentionHandlers } from './retention.ts';
import { serviceHandlers } from './service.ts';
import { sessionHandlers } from './session.ts';
import { summaryHandlers } from './summary.ts';
import { systemHandlers } from './system.ts';
import { trainingHandlers } from './training.ts';
import { traceHandlers } from './trace.ts';

/** One handler a route; a route without one does not compile. */
export const HANDLERS: HandlersOf<Routes> = {
  ...featureHandlers,
  ...performanceHandlers,
  ...recordHandlers,
  ...logHandlers,
  ...errorHandlers,
  ...operationHandlers,
  ...sessionHandlers,
  ...entryHandlers,
  ...summaryHandlers,
  ...trainingHandlers,
  ...traceHandlers,
  ...serviceHandlers,
  ...metricHandlers,
  ...eventHandlers,
  ...kpiHandlers,
  ...funnelHandlers,
  ...retentionHandlers,
  ...pathHandlers,
  ...heartHandlers,
  ...activityHandlers,
  ...adoptionHandlers,
  ...definitionHandlers,
  ...qualityHandlers,
  ...planHandlers,
  ...explainHandlers((name) => HANDLERS[name]),
  ...healthHandlers,
  ...resourceHandlers,
  ...overviewHandlers,
  ...systemHandlers,
};
