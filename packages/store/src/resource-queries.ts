/** Questions about what processes use; their SQL stands under `sql/read/resource`. */
import { PROCESS_KEYS } from './process-keys.ts';
import type { QueryDefinitions } from './query.ts';

export const RESOURCE_QUERIES = {
  'resource/minutes': {
    params: {
      from: 'ns',
      to: 'ns',
      service: 'text?',
      /** Only processes that ran it. */
      feature: 'text?',
      /** Runs that began earlier are taken to have ended before `from`. */
      runsFrom: 'ns',
      /** Longest pause of a sender that a counter is differenced across. */
      gapNs: 'ns',
      names: 'texts',
      roles: 'texts',
      stateKeys: 'texts',
      coreKeys: 'texts',
      ...PROCESS_KEYS,
      limit: 'int',
    },
    row: {
      process: 'text',
      service: 'text?',
      instance: 'text?',
      host: 'text?',
      pid: 'text?',
      /** Since 1970. */
      minute: 'int',
      cores: 'real?',
      cpuUse: 'real?',
      memory: 'real?',
      memoryHigh: 'real?',
      machineCpu: 'real?',
      machineMemory: 'real?',
      disk: 'real?',
      loopDelay: 'real?',
      loopUse: 'real?',
    },
  },
  'resource/busy': {
    params: {
      from: 'ns',
      to: 'ns',
      service: 'text?',
      feature: 'text',
      runsFrom: 'ns',
      ...PROCESS_KEYS,
      limit: 'int',
    },
    row: { process: 'text', minute: 'int', runs: 'int' },
  },
  'resource/reported': {
    params: {
      from: 'ns',
      to: 'ns',
      service: 'text?',
      feature: 'text',
      prefix: 'text',
      keys: 'texts',
    },
    row: {
      allRuns: 'int',
      key: 'text',
      runs: 'int',
      mean: 'real?',
      p95: 'real?',
      most: 'real?',
    },
  },
} as const satisfies QueryDefinitions;
