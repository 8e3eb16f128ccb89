/** Looks over a tracking plan that can be read: names, duplicates, what is never used, and references to nothing. */
import { isOwnEvent } from '../signals.ts';
import { checkName } from './plan-name.ts';
import { propertiesOf } from './planned-properties.ts';
import type { PlannedEvent } from './planned-event.ts';
import type { PlanNaming, TrackingPlan } from './tracking-plan.ts';

/** What a finding is about. */
export type PlanLintRule =
  | 'event_name'
  | 'property_name'
  | 'duplicate_event'
  | 'duplicate_step'
  | 'step_gap'
  | 'property_type_differs'
  | 'required_untyped'
  | 'pii_unknown'
  | 'pii_kept'
  | 'unknown_funnel'
  | 'unknown_kpi'
  | 'never_seen'
  | 'not_planned';

/** One finding. */
export interface PlanLint {
  readonly severity: 'error' | 'warning';
  readonly rule: PlanLintRule;
  /** Name of the event. */
  readonly event: string;
  /** The property, or empty. */
  readonly path: string;
  readonly message: string;
}

/** What is known beside the plan; what is left out is not asked about. */
export interface LintKnowledge {
  /** Names of events that were seen. */
  readonly seen?: Iterable<string> | undefined;
  /** Ids of funnels that are defined. */
  readonly funnels?: Iterable<string> | undefined;
  /** Ids of KPIs that are defined. */
  readonly kpis?: Iterable<string> | undefined;
}

/** Findings by event, errors and warnings mixed. A plan without a rule for names is held to that of Heartwood, as a warning. */
export function lintPlan(plan: TrackingPlan, known: LintKnowledge = {}): readonly PlanLint[] {
  const found: PlanLint[] = [];
  const { seen } = known;
  const funnels = known.funnels === undefined ? null : new Set(known.funnels);
  const kpis = known.kpis === undefined ? null : new Set(known.kpis);
  for (const event of plan.events.values()) {
    lintNames(plan.naming, event, found);
    lintProperties(event, found);
    lintReferences(event, funnels, kpis, found);
  }
  lintDuplicates(plan, found);
  lintSteps(plan, found);
  lintTypes(plan, found);
  if (seen !== undefined) lintSeen(plan, new Set(seen), found);
  return found.toSorted((a, b) => (a.event === b.event ? 0 : a.event < b.event ? -1 : 1));
}

const USUAL_NAMES: PlanNaming = { case: 'snake', pattern: 'object_action_state' };

function lintNames(naming: PlanNaming | null, event: PlannedEvent, found: PlanLint[]): void {
  const severity = naming === null ? 'warning' : 'error';
  const rule = naming ?? USUAL_NAMES;
  const wanted = checkName(rule, event.name);
  if (wanted !== null) {
    const message = `"${event.name}" should be made as ${wanted}`;
    found.push({ severity, rule: 'event_name', event: event.name, path: '', message });
  }
  for (const path of propertiesOf(event.schema.root).keys()) {
    const wantedPath = checkName({ ...rule, pattern: null }, path);
    if (wantedPath === null) continue;
    const message = `the property "${path}" should be made as ${wantedPath}`;
    found.push({ severity, rule: 'property_name', event: event.name, path, message });
  }
}

function lintProperties({ name, schema, pii }: PlannedEvent, found: PlanLint[]): void {
  const { required } = schema.root;
  const properties = propertiesOf(schema.root);
  for (const [path, what] of pii) {
    if (what === 'redact' && properties.has(path)) {
      const message = `"${path}" is stored as it is sent: pii is a note to readers; HEARTWOOD_REDACT_KEYS in the app takes values out`;
      found.push({ severity: 'warning', rule: 'pii_kept', event: name, path, message });
    }
    if (properties.has(path)) continue;
    const message = `pii names "${path}", which the schema does not have`;
    found.push({ severity: 'error', rule: 'pii_unknown', event: name, path, message });
  }
  for (const path of required) {
    if (properties.has(path)) continue;
    const message = `"${path}" is required, and nothing is said of its values`;
    found.push({ severity: 'warning', rule: 'required_untyped', event: name, path, message });
  }
}

function lintReferences(
  { name, funnel, kpis }: PlannedEvent,
  knownFunnels: ReadonlySet<string> | null,
  knownKpis: ReadonlySet<string> | null,
  found: PlanLint[],
): void {
  if (knownFunnels !== null && funnel !== null && !knownFunnels.has(funnel.id)) {
    const message = `no funnel "${funnel.id}" is defined`;
    found.push({ severity: 'error', rule: 'unknown_funnel', event: name, path: '', message });
  }
  if (knownKpis === null) return;
  for (const id of kpis.filter((one) => !knownKpis.has(one))) {
    const message = `no KPI "${id}" is defined`;
    found.push({ severity: 'error', rule: 'unknown_kpi', event: name, path: '', message });
  }
}

function lintDuplicates(plan: TrackingPlan, found: PlanLint[]): void {
  const first = new Map<string, string>();
  for (const name of plan.events.keys()) {
    const folded = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
    const other = first.get(folded);
    if (other === undefined) first.set(folded, name);
    else {
      const message = `is the same as "${other}" but for case and separators`;
      found.push({ severity: 'error', rule: 'duplicate_event', event: name, path: '', message });
    }
  }
}

function lintSteps(plan: TrackingPlan, found: PlanLint[]): void {
  const funnels = new Map<string, Map<number, PlannedEvent>>();
  for (const event of plan.events.values()) {
    const { funnel, name } = event;
    if (funnel === null || funnel.step === null) continue;
    const steps = funnels.get(funnel.id) ?? new Map<number, PlannedEvent>();
    funnels.set(funnel.id, steps);
    const other = steps.get(funnel.step);
    if (other === undefined) steps.set(funnel.step, event);
    else {
      const message = `"${other.name}" is step ${funnel.step} of "${funnel.id}" too`;
      found.push({ severity: 'warning', rule: 'duplicate_step', event: name, path: '', message });
    }
  }
  for (const [id, steps] of funnels) {
    for (const [step, { name }] of steps) {
      if (step === 1 || steps.has(step - 1)) continue;
      const message = `is step ${step} of "${id}", which has no step ${step - 1}`;
      found.push({ severity: 'warning', rule: 'step_gap', event: name, path: '', message });
    }
  }
}

/** One name for two kinds of values is what breaks questions over several events. */
function lintTypes(plan: TrackingPlan, found: PlanLint[]): void {
  const first = new Map<string, { readonly types: string; readonly event: string }>();
  for (const { name, schema } of plan.events.values()) {
    for (const [path, { types }] of propertiesOf(schema.root)) {
      if (types === null) continue;
      const words = types.toSorted().join(' or ');
      const other = first.get(path);
      if (other === undefined) first.set(path, { types: words, event: name });
      else if (other.types !== words) {
        const message = `"${path}" is ${words} here and ${other.types} in "${other.event}"`;
        found.push({
          severity: 'warning',
          rule: 'property_type_differs',
          event: name,
          path,
          message,
        });
      }
    }
  }
}

/** What OpenTelemetry calls the event of an error that a span records. */
const EXCEPTION = 'exception';

function lintSeen(plan: TrackingPlan, seen: ReadonlySet<string>, found: PlanLint[]): void {
  for (const { name, status } of plan.events.values()) {
    if (status !== 'active' || seen.has(name)) continue;
    const message = 'is planned and was never seen';
    found.push({ severity: 'warning', rule: 'never_seen', event: name, path: '', message });
  }
  for (const name of seen) {
    if (plan.events.has(name) || isOwnEvent(name) || name === EXCEPTION) continue;
    const message = 'was seen and is not planned';
    found.push({ severity: 'warning', rule: 'not_planned', event: name, path: '', message });
  }
}
