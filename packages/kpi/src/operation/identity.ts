/** Who an operation is. */
import type { OperationFold } from './fold.ts';

/** Null is what nobody said; a feature and service that nobody named are empty. */
export interface OperationIdentity {
  readonly id: string;
  readonly feature: string;
  readonly service: string;
  readonly component: string | null;
  readonly category: string | null;
  readonly instance: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly parentId: string | null;
  readonly session: string | null;
  readonly user: string | null;
  readonly traceId: string | null;
  readonly description: string | null;
}

/** As its first events said; what was said first stays. */
export const identityOf = ({ id, first }: OperationFold): OperationIdentity => ({
  id,
  feature: first.feature?.value ?? '',
  service: first.service?.value ?? '',
  component: first.component?.value ?? null,
  category: first.category?.value ?? null,
  instance: first.instance?.value ?? null,
  host: first.host?.value ?? null,
  pid: first.pid?.value ?? null,
  parentId: first.parentId?.value ?? null,
  session: first.session?.value ?? null,
  user: first.user?.value ?? null,
  traceId: first.traceId?.value ?? null,
  description: first.description?.value ?? null,
});
