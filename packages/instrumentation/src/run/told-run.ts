/** What the app tells a run while it is under way. */
import type { Attributes, AttributeValue, Context, Span } from '@opentelemetry/api';
import {
  ATTR_FEATURE_REASON,
  FEATURE_STATUSES,
  type FeatureStatus,
  type TrainingLabel,
} from '@heartwood/semconv';
import { withoutOurs } from '../context/app-attributes.ts';
import { actorAmid, actorWith, saidActor, type Actor } from '../context/context.ts';
import { type UserId } from '../context/user-id.ts';
import type { Metadata } from '../facts/metadata.ts';
import { silencePromises } from '../host/callback.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { boundedAttributes } from '../privacy/bounded-attributes.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { emitEvent, takesEvents, toEventName, toEventText } from '../signals/event-sink.ts';
import { NotedFacts } from './noted-facts.ts';

/** The part of a run that listens. Nothing here throws, and after the end of the run nothing has an effect. */
export abstract class ToldRun {
  readonly name: string;
  /** Where the work of the run happens. */
  abstract readonly context: Context;
  protected abstract readonly span: Span;
  protected readonly config: FeatureConfig;
  protected readonly facts = new NotedFacts();
  protected actor: Actor;
  /** What the context around the run says of who acts. */
  protected readonly around: Actor | undefined;
  /** The run was told of a user of its own. */
  protected isUserTold = false;
  protected status: FeatureStatus | undefined = undefined;
  /** False once the run has ended, and where nobody wants to know how it does. */
  protected open = false;
  ended = false;

  constructor(name: string, parent: Context, config: FeatureConfig) {
    this.name = name;
    this.around = saidActor(parent);
    this.actor = actorAmid(parent, this.around);
    this.config = config;
  }

  /** Who acts inside the run, where `said` is what the context in there says of it. */
  actorWithin(said: Actor | undefined): Actor {
    if (said === undefined || said === this.around) return this.actor;
    const { user } = this.actor;
    // A user said in there goes before that of the run; one that was said around does not.
    return said.user === user || said.user !== this.around?.user ? said : { ...said, user };
  }

  setStatus(status: FeatureStatus): this {
    if (isStatus(status)) this.status = status;
    return this;
  }

  setMetadata(keyOrRecord: string | Metadata, value?: unknown): this {
    const record = typeof keyOrRecord === 'string' ? { [keyOrRecord]: value } : keyOrRecord;
    if (this.open && typeof record === 'object' && record !== null) {
      this.guard('metadata', () => this.facts.addMetadata(record));
    }
    return this;
  }

  setAttribute(key: string, value: AttributeValue): this {
    return typeof key === 'string' ? this.setAttributes({ [key]: value }) : this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.open) {
      this.guard('attributes', () => {
        this.span.setAttributes(
          withoutOurs(boundedAttributes(attributes, this.config, this.userId)),
        );
      });
    }
    return this;
  }

  event(eventName: string, attributes: Attributes = {}): this {
    if (this.open && takesEvents()) {
      this.guard('event', () => {
        const name = toEventName(eventName, this.userId);
        emitEvent(name, {}, attributes, { context: this.context });
      });
    }
    return this;
  }

  /** Sends an event of ours, with the reason that the app gave. */
  protected tell(event: string, reason?: string): void {
    if (!this.open || !takesEvents()) return;
    this.guard('event', () => {
      const own = { [ATTR_FEATURE_REASON]: toEventText(reason, this.userId) };
      emitEvent(event, own, undefined, { context: this.context });
    });
  }

  progress(done: number, total = 1): this {
    this.facts.setProgress(done, total);
    return this;
  }

  setIterations(count: number): this {
    this.facts.setIterations(count);
    return this;
  }

  setInputSize(bytes: number): this {
    this.facts.setInputSize(bytes);
    return this;
  }

  setOutputSize(bytes: number): this {
    this.facts.setOutputSize(bytes);
    return this;
  }

  setEfficiency(score: number): this {
    this.facts.setEfficiency(score);
    return this;
  }

  setTrainingLabel(label: TrainingLabel, value: string | number | boolean): this {
    if (this.open) {
      this.guard('training label', () => {
        this.facts.setLabel(label, value, this.config, this.userId);
      });
    }
    return this;
  }

  setUser(userId: UserId): this {
    this.isUserTold = true;
    this.guard('userId', () => {
      this.actor = actorWith({ userId }, this.actor);
    });
    return this;
  }

  /** Takes the facts that a callback gave, whose promises nobody else knows of. */
  protected takeAnswer(callback: string, record: Metadata | undefined): void {
    if (!this.open || typeof record !== 'object' || record === null) return;
    this.guard(callback, () => {
      this.facts.addMetadata(record, (value) => silencePromises(this.name, callback, value));
    });
  }

  protected guard(what: string, fn: () => void): void {
    try {
      fn();
    } catch (error) {
      reportCallbackFailure(this.name, what, error);
    }
  }

  /** The id that must not leave, of who acts. */
  protected get userId(): RawUserId {
    return rawUserIdOf(this.actor.user);
  }
}

/** True for a status of the table, whatever the app gave. */
export function isStatus(word: unknown): word is FeatureStatus {
  return (FEATURE_STATUSES as readonly unknown[]).includes(word);
}
