/** `monitor logs`: log records as they arrive, as `logs show --follow`. */
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { LOG_FLAGS } from './logs-flags.ts';
import { followLogs } from './logs-follow.ts';

export const monitorLogs = defineCommand({
  examples: [
    ['heartwood monitor logs', 'the last ten lines and all that come, until Ctrl-C'],
    ['heartwood monitor logs --component sync', 'those of one component'],
    ['heartwood monitor logs --filter ERROR --count 1', 'waits for the next error'],
  ],
  flags: {
    ...LOG_FLAGS,
    format: formatFlag(['table', 'json', 'ndjson', 'csv']),
    count: {
      kind: 'count',
      short: 'n',
      value: 'LINES',
      doc: 'How many new lines, then it ends.',
    },
    relative: { kind: 'switch', doc: 'How long ago instead of the time.' },
  },
  run: followLogs,
});
