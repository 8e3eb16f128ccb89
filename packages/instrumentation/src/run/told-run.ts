/** What the app tells a run while it is under way. */
import type { Attributes, AttributeValue, Context, Span } from '@opentelemetry/api';
import { FEATURE_STATUSES, type FeatureStatus, type TrainingLabel } from '@heartwood/semconv';
import { actorAttributes, actorWith, type Actor } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { silencePromises } from '../host/callback.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { boundedAttributes } from '../privacy/bounded-attributes.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { emitEvent, takesEvents } from '../signals/event-sink.ts';
import { withoutOurs } from './app-attributes.ts';
import { NotedFacts } from './noted-facts.ts';

/** The half of a run that listens. Nothing here throws, and after the end of the run nothing has an effect. */
export abstract class ToldRun {
  readonly name: string;
  /** Where the work of the run happens. */
  abstract readonly context: Context;
  protected abstract readonly span: Span;
  protected readonly config: FeatureConfig;
  protected readonly facts = new NotedFacts();
  protected actor: Actor;
  protected status: FeatureStatus | undefined = undefined;
  /** False once the run has ended, and where nobody wants to know how it does. */
  protected open = false;

  constructor(name: string, actor: Actor, config: FeatureConfig) {
    this.name = name;
    this.actor = actor;
    this.config = config;
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
        this.span.setAttributes(withoutOurs(this.#bounded(attributes)));
      });
    }
    return this;
  }

  event(name: string, attributes: Attributes = {}): this {
    if (this.open && takesEvents()) {
      this.guard('event', () => {
        const own = this.#bounded(attributes);
        emitEvent(name, { ...actorAttributes(this.actor), ...own }, { context: this.context });
      });
    }
    return this;
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
      this.guard('training label', () => this.facts.setLabel(label, value, this.config));
    }
    return this;
  }

  setUser(userId: string): this {
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

  #bounded(attributes: Attributes): Attributes {
    return boundedAttributes(attributes, this.config, rawUserIdOf(this.actor.user));
  }
}

/** True for a status of the table, whatever the app gave. */
export function isStatus(word: unknown): word is FeatureStatus {
  return (FEATURE_STATUSES as readonly unknown[]).includes(word);
}
