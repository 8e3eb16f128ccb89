/** The handler of every route of the table. */
import type { Handlers } from './context.ts';
import { listFeatures, readFeatureByName, readStats } from './feature.ts';
import { listLogs } from './log.ts';
import { listMetricPoints, listMetrics } from './metric.ts';
import { listRecords } from './record.ts';
import { listServices } from './service.ts';
import { readHealth, readMetrics, readReadiness, readSystem } from './system.ts';
import { listTraces, readTrace } from './trace.ts';
import { readUsage } from './usage.ts';

/** One handler a route; a route without one does not compile. */
export const HANDLERS: Handlers = {
  listFeatures,
  readFeature: readFeatureByName,
  readUsage,
  listRecords,
  listLogs,
  listTraces,
  readTrace,
  listServices,
  listMetrics,
  listMetricPoints,
  readSystem,
  readMetrics,
  readStats,
  readChartData: readUsage,
  listRecentCalls: listRecords,
  readFeatureDetails: readFeatureByName,
  readHealth,
  readReadiness,
  readOpenApi: ({ system }) => system.openApi(),
  readDocs: ({ system }) => system.docsPage(),
};
