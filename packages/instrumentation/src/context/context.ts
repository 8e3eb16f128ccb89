/** What the OpenTelemetry context carries for us: the session, the user and the run under way. */
import { randomUUID } from 'node:crypto';
import {
  context,
  createContextKey,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import {
  ATTR_SESSION_ID,
  ATTR_SESSION_KIND,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  SessionKind,
} from '@heartwood/semconv';
import { currentConfig } from '../settings/config.ts';
import { boundedAttributes } from '../privacy/bounded-attributes.ts';
import { rawUserIdOf, toUserIdentity, type UserIdentity } from '../privacy/privacy.ts';
import { reportCallbackFailure } from '../host/report.ts';
import type { FeatureRun } from '../run/feature-run.ts';
import { withoutOurs } from './app-attributes.ts';
import { ACTING_KEY, RUN_KEY } from './run-context.ts';
import type { UserId } from './user-id.ts';

/** Who acts and in which session, for all runs inside `withFeatureContext`. */
export interface FeatureContext {
  /** The user as the app knows them. Leaves the process only as a keyed hash unless anonymising is off. */
  readonly userId?: UserId;
  readonly sessionId?: string;
  /** Defaults to `visit` when a session id is given. */
  readonly sessionKind?: SessionKind;
  /** Of every run and event inside, under their own names; names of Heartwood (`feature.`, `session.`, `user.`) are left out. */
  readonly attributes?: Attributes;
}

/** Actor of a run as it is written on the span. */
export interface Actor {
  readonly user?: UserIdentity | undefined;
  readonly sessionId: string;
  readonly sessionKind: SessionKind;
  /** What the app says of everything that happens here. */
  readonly attributes?: Attributes;
}

/**
 * Calls `fn` with user and session set; nested calls add to what the outer one said. The span of the HTTP request
 * that is being served gets them too, so that a route counts the same people as the functions behind it.
 */
export function withFeatureContext<R>(facts: FeatureContext, fn: () => R): R {
  return context.with(contextWithActor(facts, context.active()), fn);
}

/** The run under way here, to add facts from inside a wrapped function; undefined outside of runs. */
export function currentFeature(): FeatureRun | undefined {
  return runIn(context.active());
}

/**
 * The run that a context is inside of. One that has ended is none, though timers and sockets that were begun inside keep
 * its context for as long as they live.
 */
export function runIn(ctx: Context): FeatureRun | undefined {
  const run = ctx.getValue(RUN_KEY) as FeatureRun | undefined;
  return run?.ended === true ? undefined : run;
}

/** A context inside `run`; undefined hides the outer run from an excluded feature, so that nothing leaks into it. */
export function contextWithRun(ctx: Context, run: FeatureRun | undefined): Context {
  return ctx.setValue(RUN_KEY, run);
}

function contextWithActor(facts: FeatureContext, active: Context): Context {
  try {
    // Not that of a run: what is said here goes before who acts in the runs around.
    const actor = actorWith(facts, saidActor(active) ?? processActor());
    requestOf(active)?.span?.setAttributes(actorAttributes(actor));
    return active.setValue(ACTOR_KEY, actor);
  } catch (error) {
    reportCallbackFailure('all', 'context', error);
    return active;
  }
}

/** The HTTP request that a context belongs to, as OpenTelemetry's http and express instrumentations note it. */
export function requestOf(
  ctx: Context,
): { readonly span?: Span; readonly route?: string } | undefined {
  return ctx.getValue(RPC_METADATA_KEY) as ReturnType<typeof requestOf>;
}

/** An actor as span attributes. */
export function actorAttributes({ user, sessionId, sessionKind }: Actor): Attributes {
  return {
    [ATTR_SESSION_ID]: sessionId,
    [ATTR_SESSION_KIND]: sessionKind,
    ...(user?.hash !== undefined && { [ATTR_USER_HASH]: user.hash }),
    ...(user?.id !== undefined && { [ATTR_USER_ID]: user.id }),
  };
}

/**
 * User and session in a context: those of the run that it is inside of, unless `withFeatureContext` says others in there;
 * without any, the session of this process.
 */
export function currentActor(ctx: Context): Actor {
  return actorAmid(ctx, saidActor(ctx));
}

/** What `withFeatureContext` says in a context, whatever run it is inside of. */
export function saidActor(ctx: Context): Actor | undefined {
  return ctx.getValue(ACTOR_KEY) as Actor | undefined;
}

/** As {@link currentActor}, for who has asked what is said there. */
export function actorAmid(ctx: Context, said: Actor | undefined): Actor {
  const run = ctx.getValue(ACTING_KEY) as ActingRun | undefined;
  return run?.actorWithin(said) ?? said ?? processActor();
}

/** A run as those inside it ask who acts. */
interface ActingRun {
  actorWithin(said: Actor | undefined): Actor;
}

/** An actor with some facts replaced. */
export function actorWith(facts: FeatureContext, base: Actor): Actor {
  const userId = toUserId(facts.userId);
  const user = userId === undefined ? base.user : toUserIdentity(userId, currentConfig());
  const named = typeof facts.sessionId === 'string' && facts.sessionId !== '';
  const sessionId = named ? (facts.sessionId ?? '').slice(0, LONGEST_SESSION_ID) : base.sessionId;
  const sessionKind = facts.sessionKind ?? (named ? SessionKind.VISIT : base.sessionKind);
  const attributes = attributesWith(facts.attributes, base.attributes, user);
  return {
    sessionId,
    sessionKind,
    ...(user !== undefined && { user }),
    ...(attributes !== undefined && { attributes }),
  };
}

function attributesWith(
  given: Attributes | undefined,
  base: Attributes | undefined,
  user: UserIdentity | undefined,
): Attributes | undefined {
  if (typeof given !== 'object' || given === null) return base;
  return {
    ...base,
    ...withoutOurs(boundedAttributes(given, currentConfig(), rawUserIdOf(user))),
  };
}

/** The id of a user, whatever JavaScript code gives as one: many databases count theirs. */
export function toUserId(given: unknown): string | undefined {
  if (typeof given === 'bigint' || Number.isFinite(given)) return String(given);
  return typeof given === 'string' && given !== '' ? given : undefined;
}

const LONGEST_SESSION_ID = 256;
// createContextKey is Symbol.for: two copies of this package in one app see the same session and run.
const ACTOR_KEY = createContextKey('heartwood actor');
// The key of @opentelemetry/core, which is no dependency of ours; keys of the same text are one.
const RPC_METADATA_KEY = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

let processSession: Actor | undefined;

function processActor(): Actor {
  const named = currentConfig().sessionId;
  if (processSession === undefined || (named !== '' && named !== processSession.sessionId)) {
    processSession = { sessionId: named || randomUUID(), sessionKind: SessionKind.RUN };
  }
  return processSession;
}
