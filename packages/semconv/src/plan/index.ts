/** The tracking plan: reading it, holding events beside it, and what is made of it; an entry of its own, as apps load it only when they check. */
export { parseTrackingPlan, validateEvent } from '../plan.ts';
export { blockingRules, decidePlan } from './decide.ts';
export { diffPlans } from './diff.ts';
export { ENFORCEMENT } from './modes.ts';
export { inferPlan } from './infer.ts';
export { lintPlan } from './lint.ts';
export { EVENT_KEYS } from './parse-event.ts';
export { parsePlan, PLAN_KEYS } from './parse-plan.ts';
export { fromPlanTable, PLAN_COLUMNS, toPlanTable } from './plan-table.ts';
export { SCHEMA_TYPES } from './schema.ts';
export { SHORT_FORM_KEYS } from './short-form.ts';
export { toTypeScript } from './typescript.ts';
export { propertiesOf } from './planned-properties.ts';
export { schemaOf } from './planned-event.ts';
export { unplannedProperties, validate } from './validate.ts';
