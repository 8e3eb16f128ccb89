/** Express middleware: each routed request is a run named after its route, with user, session, and how it ended. */
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import {
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_FILTER,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_STATUS,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  FeatureCategory,
  FeatureStatus,
} from '@heartwood/semconv';
import {
  actorAttributes,
  actorWith,
  currentActor,
  requestOf,
  toUserId,
  withFeatureContext,
  type FeatureContext,
} from './context/context.ts';
import { type UserId } from './context/user-id.ts';
import { isKept } from './facts/outcome.ts';
import { filterOf } from './facts/phrases.ts';
import { elapsedNs, readMoment, type Moment } from './host/clock.ts';
import { reportCallbackFailure } from './host/report.ts';
import { cutUtf8, isExcluded, rawUserIdOf } from './privacy/privacy.ts';
import { withoutIds } from './privacy/user-ids.ts';
import { currentConfig } from './settings/config.ts';
import { SCOPE_NAME, SCOPE_VERSION } from './version.ts';

/** What is read of a request; that of Express 4 and 5 fits. */
export interface RequestLike {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
}

/** What is read of a response. */
export interface ResponseLike {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  prependOnceListener(event: 'close', listener: () => void): unknown;
}

/** Options; functions get the request, and what they throw is said once and left out. */
export interface FeatureMiddlewareOptions<Request extends RequestLike = RequestLike> {
  /**
   * Name of the feature; asked when the answer is done. `METHOD /route` when left out, undefined or empty; with `false` or
   * `null` the request is no run.
   */
  readonly name?: (request: Request) => string | false | null | undefined;
  readonly category?: FeatureCategory | (string & {});
  /** Module the routes belong to; the service when left out. */
  readonly component?: string;
  /** The user; asked before the handlers run and, if not known then, again when the answer is done. */
  readonly user?: (request: Request) => UserId | undefined;
  /** The session; asked at the same times. */
  readonly session?: (request: Request) => string | undefined;
  /** A request that is not answered within this time counts as timed out, however it ends. Milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Writes onto the span that OpenTelemetry's HTTP instrumentation makes of a request, so that no request is counted twice;
 * makes a server span itself where there is none. Requests that have neither a route nor a name, and those for which `name`
 * says `false` or `null`, are no runs.
 * Put it before the routes, and behind what finds out who the user is if runs inside the handlers are to carry them.
 */
export function featureMiddleware<Request extends RequestLike>(
  options: FeatureMiddlewareOptions<Request> = {},
): (request: Request, response: ResponseLike, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    const routed = currentConfig().enabled ? follow(request, response, options) : undefined;
    if (routed === undefined) next();
    else routed.go(next);
  };
}

/** Undefined when something unforeseen goes wrong: the request must be answered all the same. */
function follow<Request extends RequestLike>(
  request: Request,
  response: ResponseLike,
  options: FeatureMiddlewareOptions<Request>,
): RoutedRequest<Request> | undefined {
  try {
    const routed = new RoutedRequest(request, response, options);
    // Before the listener with which the HTTP instrumentation ends its span.
    response.prependOnceListener('close', () => routed.end());
    return routed;
  } catch (error) {
    reportCallbackFailure('express', 'start', error);
    return undefined;
  }
}

class RoutedRequest<Request extends RequestLike> {
  readonly context: Context;
  readonly #request: Request;
  readonly #response: ResponseLike;
  readonly #options: FeatureMiddlewareOptions<Request>;
  readonly #started: Moment;
  readonly #span: Span;
  /** Set when nobody else ends the span. */
  readonly #isOurs: boolean;
  readonly #timer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(
    request: Request,
    response: ResponseLike,
    options: FeatureMiddlewareOptions<Request>,
  ) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#started = readMoment();
    const active = context.active();
    const served = requestOf(active)?.span;
    this.#isOurs = served === undefined;
    this.#span = served ?? startServerSpan(request, active);
    this.context = this.#isOurs ? trace.setSpan(active, this.#span) : active;
    const { timeoutMs } = options;
    if (timeoutMs !== undefined && timeoutMs > 0)
      this.#timer = setTimeout(() => (this.#timedOut = true), timeoutMs).unref();
  }

  /** Hands on, with user and session for the runs inside as far as they are known now. */
  go(next: () => void): void {
    const actor = this.#actor();
    context.with(this.context, () =>
      actor === undefined ? next() : withFeatureContext(actor, () => next()),
    );
  }

  /** The connection is done with the answer, or gone. */
  end(): void {
    clearTimeout(this.#timer);
    try {
      if (this.#span.isRecording()) this.#write();
    } catch (error) {
      reportCallbackFailure('express', 'end', error);
    }
    if (this.#isOurs) this.#span.end();
  }

  #write(): void {
    const { method } = this.#request;
    const { statusCode } = this.#response;
    const given = this.#actor();
    const around = currentActor(this.context);
    const actor = given === undefined ? undefined : actorWith(given, around);
    // The path of a mounted router is that of the request: it may name the user, where a route has a parameter.
    const config = currentConfig();
    const userId = config.anonymize ? rawUserIdOf((actor ?? around).user) : undefined;
    const path = requestOf(this.context)?.route ?? routeOf(this.#request);
    const route = path === undefined ? undefined : withoutIds(path, userId);
    const byRoute = route === undefined ? undefined : `${method} ${route}`;
    const status = this.#status();
    const durationNs = elapsedNs(this.#started);
    if (this.#isOurs) {
      this.#span.updateName(byRoute ?? method);
      if (route !== undefined) this.#span.setAttribute(ATTR_HTTP_ROUTE, route);
      this.#span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
      if (statusCode >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    if (!isKept({ status, durationNs, config })) return;
    const name = this.#name(byRoute);
    if (name === undefined || isExcluded(name, config.exclude)) return;
    const { category, component } = this.#options;
    const filter = filterOf(config);
    const attributes: Attributes = {
      [ATTR_FEATURE_NAME]: cutUtf8(withoutIds(name, userId), LONGEST_NAME),
      [ATTR_FEATURE_CATEGORY]: category ?? FeatureCategory.WEB_INTERFACE,
      [ATTR_FEATURE_STATUS]: status,
      ...(filter !== undefined && { [ATTR_FEATURE_FILTER]: filter }),
    };
    if (component !== undefined) attributes[ATTR_FEATURE_COMPONENT] = component;
    if (actor !== undefined) Object.assign(attributes, actorAttributes(actor));
    this.#span.setAttributes(attributes);
  }

  /** Undefined when nothing is known: the session of this process is nobody's visit. */
  #actor(): FeatureContext | undefined {
    const userId = this.#ask('user', this.#options.user);
    const sessionId = this.#ask('session', this.#options.session);
    if (userId === undefined && sessionId === undefined) return undefined;
    return {
      ...(userId !== undefined && { userId }),
      ...(sessionId !== undefined && { sessionId }),
    };
  }

  #status(): FeatureStatus {
    const { statusCode, writableFinished } = this.#response;
    if (this.#timedOut || TIMEOUT_CODES.has(statusCode)) return FeatureStatus.TIMEOUT;
    if (!writableFinished) return FeatureStatus.CANCELLED;
    return statusCode >= 500 ? FeatureStatus.FAILED : FeatureStatus.SUCCESS;
  }

  #name(byRoute: string | undefined): string | undefined {
    const answer = this.#answer('name', this.#options.name);
    if (answer === false || answer === null) return undefined;
    return typeof answer === 'string' && answer !== '' ? answer : byRoute;
  }

  #ask(
    what: string,
    question: ((request: Request) => UserId | undefined) | undefined,
  ): string | undefined {
    return toUserId(this.#answer(what, question));
  }

  #answer(what: string, question: ((request: Request) => unknown) | undefined): unknown {
    try {
      return question?.(this.#request);
    } catch (error) {
      reportCallbackFailure('express', what, error);
      return undefined;
    }
  }
}

/** 408 and 504: the words of HTTP for a time that ran out. */
const TIMEOUT_CODES = new Set([408, 504]);
const LONGEST_NAME = 200;

function startServerSpan({ method, headers }: RequestLike, active: Context): Span {
  const parent = propagation.extract(active, headers);
  const attributes = { [ATTR_HTTP_REQUEST_METHOD]: method };
  const tracer = trace.getTracer(SCOPE_NAME, SCOPE_VERSION);
  return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
}

/** The pattern of the route that answered, below the path its router is mounted at; undefined when none did. */
function routeOf({ baseUrl = '', route }: RequestLike): string | undefined {
  const path: unknown = Array.isArray(route?.path) ? route.path[0] : route?.path;
  if (typeof path !== 'string' && !(path instanceof RegExp)) return undefined;
  return `${baseUrl}${String(path)}`;
}
