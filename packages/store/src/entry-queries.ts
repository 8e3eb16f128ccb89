/** Questions about entries of database loggers; their SQL stands under `sql/read/entry`. */
import type { QueryDefinitions } from './query.ts';

export const ENTRY_QUERIES = {
  'entry/list': {
    params: {
      from: 'ns',
      to: 'ns',
      types: 'texts',
      service: 'text?',
      session: 'text?',
      traceId: 'text?',
      /** Where the page before ended: time and number of its last entry. */
      cursorTime: 'ns?',
      cursorSeq: 'ns?',
      limit: 'int',
    },
    row: {
      seq: 'ns',
      time: 'ns',
      type: 'text',
      service: 'text?',
      feature: 'text?',
      session: 'text?',
      user: 'text?',
      traceId: 'text?',
      attributes: 'json',
    },
  },
  'entry/duplicates': {
    params: {
      from: 'ns',
      to: 'ns',
      service: 'text?',
      session: 'text?',
      origin: 'ns',
      width: 'ns',
      buckets: 'texts',
      /** Of operations, and of whom they were about. */
      limit: 'int',
    },
    row: {
      /** `all`, `operation`, `bucket` or `lead`. */
      part: 'text',
      name: 'text?',
      bucket: 'int?',
      entries: 'int',
      duplicates: 'int',
    },
  },
  'entry/batches': {
    params: { from: 'ns', to: 'ns', service: 'text?', syncType: 'text?', limit: 'int' },
    row: {
      batchSize: 'real',
      n: 'int',
      seconds: 'real',
      seconds2: 'real',
      synced: 'real',
      synced2: 'real',
      syncedSeconds: 'real',
      total: 'real',
      total2: 'real',
      failed: 'real',
      failed2: 'real',
      failedTotal: 'real',
      retries: 'real',
    },
  },
} as const satisfies QueryDefinitions;
