/** Who acts in an operation, and who acts where it is called: they need not be the same. */
import { context, type Context } from '@opentelemetry/api';
import { currentActor } from '../context/context.ts';
import { rawUserIdsOf } from '../privacy/privacy.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { flatFacts } from './flat-facts.ts';

/** The ids of both, so that neither leaves in a text. */
export function userIdsAround(operation: Context): RawUserId {
  return rawUserIdsOf(currentActor(operation).user, currentActor(context.active()).user);
}

/** The facts as they are, unless they come from where somebody else acts: later nobody knows of whom. */
export function factsWithoutOthers(
  operation: Context,
  facts: Record<string, unknown>,
): Record<string, unknown> {
  const { user } = currentActor(context.active());
  return user === undefined || user === currentActor(operation).user
    ? facts
    : flatFacts(facts, userIdsAround(operation));
}
