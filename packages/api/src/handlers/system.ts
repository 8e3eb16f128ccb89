/** The state of the process: what it holds, what it received, whether it lives and is ready. */
import { msToInstant, readStoreState } from '@heartwood/kpi';
import { RequestError } from '../errors.ts';
import { renderPrometheus } from '../prometheus.ts';
import type { SYSTEM_ROUTES } from '../contract/routes/system.ts';
import { type HandlersOf } from './context.ts';

export const systemHandlers: HandlersOf<typeof SYSTEM_ROUTES> = {
  /** `GET /api/v1/system` */
  readSystem: async ({ reader, nowMs, options, system }) => {
    const store = await readStoreState(reader, options);
    const { version, startedAtMs, otlpHttpUrl } = system;
    const storage = system.storage();
    return {
      data: {
        version,
        startedAt: msToInstant(startedAtMs),
        uptimeSeconds: Math.max(0, (nowMs - startedAtMs) / 1000),
        ...(otlpHttpUrl === undefined ? {} : { otlpHttpUrl }),
        store,
        ...(storage === undefined ? {} : { storage }),
        receiver: system.receiver(),
      },
    };
  },

  /** `GET /metrics` */
  readMetrics: async ({ system }) => renderPrometheus(await system.metrics()),

  /** `GET /healthz` */
  readHealth: () => ({ status: 'ok' }),

  /** `GET /readyz` */
  readReadiness: ({ system }) => {
    const missing = system.readiness();
    if (missing.length > 0) throw new RequestError('NOT_READY', { reasons: missing.join(', ') });
    return { status: 'ready' };
  },

  /** `GET /openapi.json` */
  readOpenApi: ({ system }) => system.openApi(),

  /** `GET /docs` */
  readDocs: ({ system }) => system.docsPage(),
};
