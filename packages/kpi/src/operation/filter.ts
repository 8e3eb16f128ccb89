/** Which operations are asked for. */
import type { Health } from './health.ts';
import { stateOf, type OperationStateWord } from './report.ts';
import { isOver, type TrackedOperation } from './tracked-operation.ts';

/** All that is given must hold; of a list one entry. */
export interface OperationFilter {
  readonly ids?: readonly string[] | undefined;
  readonly feature?: string | undefined;
  readonly service?: string | undefined;
  readonly component?: string | undefined;
  readonly parent?: string | undefined;
  readonly health?: readonly Health[] | undefined;
  readonly state?: readonly OperationStateWord[] | undefined;
  readonly status?: readonly string[] | undefined;
}

/** What an operation keeps for as long as it lasts. */
export interface Names {
  readonly id: string;
  readonly feature: string | undefined;
  readonly service: string | undefined;
  readonly component: string | undefined;
  readonly parentId: string | undefined;
}

export const namesOf = ({ fold: { id, first } }: TrackedOperation): Names => ({
  id,
  feature: first.feature?.value,
  service: first.service?.value,
  component: first.component?.value,
  parentId: first.parentId?.value,
});

export function matchesName(names: Names, filter: OperationFilter): boolean {
  const { ids, feature, service, component, parent } = filter;
  return (
    (ids === undefined || ids.includes(names.id)) &&
    isOrAny(feature, names.feature) &&
    isOrAny(service, names.service) &&
    isOrAny(component, names.component) &&
    isOrAny(parent, names.parentId)
  );
}

/** What changes. */
export function matchesState(tracked: TrackedOperation, filter: OperationFilter): boolean {
  const { health, state, status } = filter;
  const { end } = tracked.fold;
  return (
    (health === undefined || (!isOver(tracked) && health.includes(tracked.judgement.health))) &&
    (state === undefined || state.includes(stateOf(tracked))) &&
    (status === undefined || (end !== undefined && status.includes(end.status)))
  );
}

const isOrAny = (wanted: string | undefined, value: string | undefined): boolean =>
  wanted === undefined || wanted === (value ?? '');
