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
export function matchesName({ fold }: TrackedOperation, filter: OperationFilter): boolean {
  const { ids, feature, service, component, parent } = filter;
  const { first } = fold;
  return (
    (ids === undefined || ids.includes(fold.id)) &&
    isOrAny(feature, first.feature?.value) &&
    isOrAny(service, first.service?.value) &&
    isOrAny(component, first.component?.value) &&
    isOrAny(parent, first.parentId?.value)
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
