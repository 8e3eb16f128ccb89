/** An operation that is under way: its state, and whom it tells of it. */
import { context, type Context } from '@opentelemetry/api';
import {
  FeatureStatus,
  type OperationEventKind,
  progressEtaS,
  progressFraction,
  ProgressRate,
  totalIsEstimate,
} from '@heartwood/semconv';
import { currentActor } from '../context/context.ts';
import type { LogOutlet } from '../delivery/ports.ts';
import { errorTypeOf, statusOfError } from '../facts/failure.ts';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { redactAndCut } from '../privacy/redact.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import type { Run } from '../run/run.ts';
import { currentConfig } from '../settings/config.ts';
import type { Operation, OperationOptions, OperationProgress } from './operation-handle.ts';
import { factsWithoutOthers, userIdsAround } from './operation-actors.ts';
import { emitOperationEvent } from './operation-events.ts';
import { countOf, factsOf, messageOf } from './operation-input.ts';
import { OperationNews } from './operation-news.ts';
import type { OperationOutput, OperationState, OperationView } from './operation-view.ts';
import { addPulsed, pulseSoon, removePulsed, wakeFor, type Pulsed } from './pulse.ts';
import { toStatus } from './status-word.ts';
import { Stopwatch } from './stopwatch.ts';
import { forget, watch, type Unended } from './unended.ts';
import { toHeartbeatForm, type HeartbeatForm } from './heartbeat-form.ts';
import { guard, unguard, type Guarded } from './watchdog.ts';
import { createWorkId } from './work-id.ts';

/** What an operation is joined with. */
interface Surroundings {
  /** Its own run; undefined when it belongs to one that is under way, or is not recorded. */
  readonly run: Run | undefined;
  readonly context: Context;
  readonly heartbeatMs: number;
  /** False for an excluded feature: then it is told only on this machine. */
  readonly isSent: boolean;
  /** True when a thread of its own is to speak for it while the event loop is blocked. */
  readonly isGuarded: boolean;
  readonly outputs: readonly OperationOutput[];
}

export class LiveOperation implements Operation, OperationView, Pulsed, Unended, Guarded {
  readonly id = createWorkId('op');
  readonly name: string;
  readonly description: string | undefined;
  readonly parentId: string | undefined;
  state: OperationState = 'running';
  message: string | undefined;
  current: number | undefined;
  total: number | undefined;
  status: FeatureStatus | undefined;
  errorType: string | undefined;
  reason: string | undefined;
  readonly #options: OperationOptions;
  readonly #joined: Surroundings;
  readonly #watch = new Stopwatch();
  #rate: ProgressRate | undefined;
  /** True when the total was only estimated. */
  isEstimated: boolean;
  readonly #news = new OperationNews();

  constructor(name: string, options: OperationOptions, joined: Surroundings) {
    this.name = name;
    this.#options = options;
    this.#joined = joined;
    this.parentId = options.parent?.id || undefined;
    this.description = this.#text(options.description);
    this.total = countOf(options.estimatedItems);
    this.isEstimated = this.total !== undefined;
    watch(this);
    this.#tell('start', undefined);
    addPulsed(this);
    if (joined.isGuarded) guard(this);
  }

  get category(): string | undefined {
    return this.#options.category;
  }

  get component(): string | undefined {
    return this.#options.component;
  }

  get unit(): string | undefined {
    return this.#options.unit;
  }

  get heartbeatMs(): number {
    return this.#joined.heartbeatMs;
  }

  get dueMs(): number {
    return this.#news.dueMs;
  }

  get startedMs(): number {
    return this.#watch.startedMs;
  }

  get durationMs(): number {
    return this.#watch.totalMs;
  }

  get activeMs(): number {
    return this.#watch.activeMs;
  }

  get totalIsEstimate(): boolean {
    return totalIsEstimate(this);
  }

  get fraction(): number | undefined {
    return progressFraction(this, this.status === FeatureStatus.SUCCESS);
  }

  get ratePerS(): number | undefined {
    if (this.state === 'ended') {
      const { current } = this;
      const seconds = this.activeMs / 1000;
      return current === undefined || seconds === 0 ? undefined : current / seconds;
    }
    return this.state === 'paused' ? undefined : this.#rate?.perSecond(this.activeMs);
  }

  get etaS(): number | undefined {
    if (this.state !== 'running') return undefined;
    return progressEtaS(this, this.ratePerS, this.#rate?.steps ?? 0);
  }

  update(progress: OperationProgress): void {
    if (this.state === 'ended') return;
    try {
      this.#take(progress);
      const facts = factsOf(progress);
      const userIds = this.#userIds;
      for (const output of this.#joined.outputs) output.updated?.(this, facts, userIds);
      if (facts !== undefined) {
        this.#news.addFacts(factsWithoutOthers(this.#joined.context, facts));
      }
      this.#depart();
    } catch (error) {
      reportCallbackFailure(this.name, 'update', error);
    }
  }

  complete(message?: string, result?: Metadata): void {
    this.#end(FeatureStatus.SUCCESS, message, result, (run) => run.complete(result));
  }

  fail(error?: unknown, message?: string): void {
    if (this.state === 'ended') return;
    const status = statusOfError(error);
    this.errorType = errorTypeOf(error, status, this.#userIds);
    // Settings that keep the words of errors back mean these too.
    const said = currentConfig().errors === 'message' ? messageOf(error) : undefined;
    this.#end(status, message ?? said, undefined, (run) => run.fail(error));
  }

  cancel(reason?: string): void {
    if (this.state === 'ended') return;
    this.reason = this.#text(reason);
    this.#end(FeatureStatus.CANCELLED, undefined, undefined, (run) => run.cancel(reason));
  }

  end(given: FeatureStatus, message?: string, result?: Metadata): void {
    if (this.state === 'ended') return;
    const status = toStatus(given, FeatureStatus.FAILED);
    const failed = status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT;
    if (failed) this.errorType = errorTypeOf(message, status, this.#userIds);
    if (status === FeatureStatus.CANCELLED) this.reason = this.#text(message);
    this.#end(status, message, result, (run) => {
      run.setStatus(status);
      if (result !== undefined) run.setMetadata(result);
      if (failed) run.fail(message);
      else if (status === FeatureStatus.CANCELLED) run.cancel(message);
      else run.complete();
    });
  }

  pause(reason?: string): void {
    if (this.state !== 'running') return;
    this.state = 'paused';
    this.reason = this.#text(reason);
    this.#watch.pause();
    this.#joined.run?.stopClock();
    this.#tell('paused', undefined);
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.#watch.resume();
    this.#joined.run?.startClock();
    this.state = 'running';
    this.reason = undefined;
    this.#tell('resumed', undefined);
  }

  run<R>(fn: () => R): R {
    return context.with(this.#joined.context, fn);
  }

  pulse(): void {
    this.#tell(this.#news.hasAny ? 'progress' : 'heartbeat', this.#news.facts);
  }

  toForm(outlet: LogOutlet): HeartbeatForm | undefined {
    return toHeartbeatForm(this, this.#joined.context, outlet);
  }

  endAtExit(): void {
    this.cancel('process exited');
  }

  [Symbol.dispose](): void {
    this.complete();
  }

  /** Numbers that make no sense are as if they had not been said. */
  #take({ message, current, total }: OperationProgress): void {
    this.message = this.#text(message) ?? this.message;
    this.#count(countOf(current));
    const items = countOf(total);
    if (items === undefined) return;
    this.total = items;
    this.isEstimated = false;
  }

  #count(current: number | undefined): void {
    if (current === undefined) return;
    // Measured from the start at 0; but what is counted right after the start was done by an earlier attempt.
    this.#rate ??= new ProgressRate(0, this.activeMs < LATEST_BEGINNING_MS ? current : 0);
    this.#rate.note(this.activeMs, current);
    this.current = current;
  }

  #depart(): void {
    const departure = this.#news.departureOf(this, performance.now());
    if (departure === 'later') wakeFor(this);
    else if (departure === 'soon') pulseSoon(this);
    else if (departure === 'now') this.#tell('progress', this.#news.facts);
  }

  #end(
    status: FeatureStatus,
    message: string | undefined,
    facts: Metadata | undefined,
    endRun: (run: Run) => void,
  ): void {
    if (this.state === 'ended') return;
    this.#watch.resume();
    this.#watch.stop();
    this.state = 'ended';
    this.status = status;
    this.message = this.#text(message) ?? this.message;
    removePulsed(this);
    unguard(this);
    forget(this);
    const { run } = this.#joined;
    if (run !== undefined && this.current !== undefined && this.total !== undefined) {
      run.progress(this.current, this.total);
    }
    const waiting = this.#news.facts;
    this.#tell('end', waiting === undefined ? facts : { ...waiting, ...facts });
    if (run !== undefined) endRun(run);
  }

  /** A text of the app as it may leave: masked before it is cut, because half of a secret is one too. */
  #text(value: unknown): string | undefined {
    if (typeof value !== 'string') return undefined;
    return redactAndCut(value, LONGEST_MESSAGE, currentConfig(), this.#userIds);
  }

  get #userIds(): RawUserId {
    return userIdsAround(this.#joined.context);
  }

  #tell(kind: OperationEventKind, facts: Metadata | undefined): void {
    const { outputs, isSent, heartbeatMs } = this.#joined;
    const sequence = this.#news.leave(this, heartbeatMs);
    try {
      const { context: where } = this.#joined;
      if (isSent) emitOperationEvent(kind, this, { sequence, facts, heartbeatMs, context: where });
      const userId = rawUserIdOf(currentActor(this.#joined.context).user);
      for (const output of outputs) output.happened?.(kind, this, facts, userId);
    } catch (error) {
      reportCallbackFailure(this.name, 'operation', error);
    }
  }
}

const LATEST_BEGINNING_MS = 100;
const LONGEST_MESSAGE = 1024;
