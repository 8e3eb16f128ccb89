/** The plan of a file: before it is read, once it is, and where there is none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AnalyticsSchemaError } from './analytics-errors.ts';
import { TrackingPlanManager } from './tracking-plan-manager.ts';

const folder = mkdtempSync(join(tmpdir(), 'plan-manager-'));
afterAll(() => rmSync(folder, { recursive: true }));

function planOf(content: string): TrackingPlanManager {
  const path = join(folder, 'plan.json');
  writeFileSync(path, content);
  return new TrackingPlanManager(path);
}

it('S4-47: nothing is valid before the plan is read', async () => {
  const manager = planOf('{"file_upload_started": {"required_properties": ["file_type"]}}');
  expect(manager.validateEvent('file_upload_started', { file_type: 'pdf' })).toEqual({
    valid: false,
    errors: ['TrackingPlanManager not initialized'],
    warnings: [],
    violations: [],
  });
  await manager.initialize();
  expect(manager.validateEvent('file_upload_started', { file_type: 'pdf' }).valid).toBe(true);
  expect(manager.validateEvent('file_upload_started', {})).toMatchObject({
    valid: false,
    errors: ['Missing required property: file_type'],
  });
  expect(manager.validateEvent('file_lost', {}).errors).toEqual([
    "Event 'file_lost' not in tracking plan",
  ]);
});

it('S4-43: without a file nothing is planned and nothing invalid', async () => {
  const manager = new TrackingPlanManager(join(folder, 'none.json'));
  await manager.initialize();
  expect(manager.validateEvent('file_lost', {})).toMatchObject({ valid: true, errors: [] });
});

it.each(['{', '[]', '{"a_done": 1}'])(
  'a file that holds %s is refused with a code',
  async (content) => {
    await expect(planOf(content).initialize()).rejects.toThrow(AnalyticsSchemaError);
  },
);
