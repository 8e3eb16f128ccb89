/** A demo: syncs the conversations of some days, says how far it is, and how to watch it; cleans up however it ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FeatureStatus } from '@heartwood/instrumentation';
import { StatusTracker } from '@heartwood/instrumentation/faces';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    verbose: { type: 'boolean', default: false },
    'performance-report': { type: 'boolean', default: false },
    'fail-on-day': { type: 'string' },
  },
});
const days = Number(values.days);
const total = days * 20;
const folder = mkdtempSync(path.join(tmpdir(), 'long-sync-'));

const tracker = new StatusTracker();
const id = tracker.startProcess('sync_conversations', {
  description: `Syncs the conversations of ${days} days`,
  estimatedItems: total,
  unit: 'conversations',
  component: 'sync',
});
console.log(`Syncing ${days} days. Watch it in another terminal:`);
console.log(`  heartwood operations show ${id}`);
console.log('  heartwood monitor operations --feature sync_conversations');

const times = [];
try {
  for (let day = 1; day <= days; day += 1) {
    const startedMs = performance.now();
    for (let one = 1; one <= 20; one += 1) {
      await sleep(2);
      const current = (day - 1) * 20 + one;
      tracker.updateProcess(id, { message: `day ${day} of ${days}`, current, total });
    }
    if (day === Number(values['fail-on-day'])) throw new RangeError(`day ${day} cannot be read`);
    times.push(performance.now() - startedMs);
    if (values.verbose)
      console.log(`day ${day}: 20 conversations in ${times.at(-1)?.toFixed(0)} ms`);
  }
  tracker.completeProcess(id, FeatureStatus.SUCCESS, `${total} conversations`);
} catch (error) {
  tracker.completeProcess(id, FeatureStatus.FAILED, error.message);
  console.error(
    `The sync failed: ${error.message}. What went wrong: heartwood logs errors --summary`,
  );
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
const { active, completed } = tracker.getStatusSummary();
console.log(`under way ${active}, over ${completed}`);
if (values['performance-report']) {
  const seconds = times.reduce((sum, ms) => sum + ms, 0) / 1000;
  const rate = times.length === 0 ? 'none' : ((times.length * 20) / seconds).toFixed(0);
  console.log(`performance: ${times.length} of ${days} days, ${rate} conversations a second`);
}
