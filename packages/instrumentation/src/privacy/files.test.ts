/** Files on this machine hold no more about a user than what leaves it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import { DatabaseLogger } from '../faces/database-logger.ts';
import { LogManager } from '../faces/log-manager.ts';
import { StatusTracker } from '../faces/status-tracker.ts';
import { configure } from '../settings/config.ts';
import { startOperation } from '../work/operation.ts';

registerMemory();
installOutlets();
const folder = mkdtempSync(join(tmpdir(), 'private-'));
afterAll(() => {
  configure({ logDir: '', redactValues: [] });
  rmSync(folder, { recursive: true, force: true });
});

const USER = '470012345678';
const OTHER = 'grace.hopper';
const said = `of ${USER}, password=hunter2, secret-plan`;
const facts = { note: said, owner: Number(USER), nested: { [`of ${USER}`]: 1, list: [said] } };

it('the user of an operation, of a log line and of a database entry', async () => {
  configure({
    hashKey: 'k'.repeat(32),
    redactValues: ['secret-plan'],
    logDir: join(folder, 'progress'),
    quiet: true,
  });
  using tracker = new StatusTracker({ directory: join(folder, 'status') });
  const logs = new LogManager({ directory: join(folder, 'logs'), combined: true });
  const database = new DatabaseLogger({ directory: join(folder, 'database') });
  const operations = withFeatureContext({ userId: USER }, () => {
    logs.getLogger('app').error(said, facts);
    database.logDatabaseEvent('monitoring_data', facts, facts);
    database.logError(new Error(said), facts);
    return [startOperation('import', { description: said }), startOperation('export')] as const;
  });
  for (const operation of operations) {
    operation.update({ message: said, ...facts });
    withFeatureContext({ userId: OTHER }, () =>
      operation.update({ message: `of ${OTHER}`, other: `of ${OTHER}` }),
    );
    operation.pause(said);
    operation.resume();
  }
  operations[0].complete(said, facts);
  operations[1].fail(new Error(said));
  expect(tracker.getActiveProcesses()).toEqual([]);
  logs.cleanup();
  database.close();
  const files = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });
  await vi.waitFor(() => {
    for (const kind of [
      'progress.jsonl',
      'status.json',
      'app.log',
      'errors.log',
      'aggregated_logs',
      'error_log',
    ]) {
      expect(files().join(' ')).toContain(kind);
    }
  });
  const logged = files().filter((file) => /\.(jsonl?|log)$/.test(file));
  expect(logged.filter((file) => (statSync(join(folder, file)).mode & 0o077) !== 0)).toEqual([]);
  const text = logged.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  expect(text).toContain('[redacted]');
  for (const secret of [USER, OTHER, 'hunter2', 'secret-plan']) {
    const at = text.indexOf(secret);
    expect(at < 0 ? '' : text.slice(Math.max(0, at - 300), at + 40)).toBe('');
  }
});
