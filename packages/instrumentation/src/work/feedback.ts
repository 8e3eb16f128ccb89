/** What people say about a feature: a score, a sentence, or both. */
import {
  ATTR_FEATURE_FEEDBACK_COMMENT,
  ATTR_FEATURE_FEEDBACK_SCALE,
  ATTR_FEATURE_FEEDBACK_SCORE,
  ATTR_FEATURE_NAME,
  EVENT_FEATURE_FEEDBACK,
} from '@heartwood/semconv';
import { context, type Attributes } from '@opentelemetry/api';
import { currentActor } from '../context/context.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';
import { isExcluded, rawUserIdOf } from '../privacy/privacy.ts';
import { currentConfig } from '../settings/config.ts';
import { emitEvent, takesEvents, toEventText } from '../signals/event-sink.ts';

/** An answer of a person. */
export interface Feedback {
  /** Between 0 and `scale`. */
  readonly score?: number;
  /** The best score that could be given; 5 when left out. */
  readonly scale?: number;
  readonly comment?: string;
  /** Where and how it was asked. */
  readonly metadata?: Metadata;
}

/** Notes what somebody says about a feature. An answer without a score in its scale and without a comment is said once and left out. */
export function feedback(feature: string, answer: Feedback): void {
  try {
    const config = currentConfig();
    if (!takesEvents() || isExcluded(feature, config.exclude)) return;
    const { score, scale = DEFAULT_SCALE, comment, metadata } = answer;
    const scored = score !== undefined && score >= 0 && score <= scale && scale < Infinity;
    if (score !== undefined && !scored) {
      warnOnce(
        'feedback:score',
        `feedback on "${feature}": a score lies between 0 and its scale; it is left out`,
      );
    }
    const said = typeof comment === 'string' && comment.trim() !== '';
    if (!scored && !said) return;
    const userId = rawUserIdOf(currentActor(context.active()).user);
    const own: Attributes = { [ATTR_FEATURE_NAME]: feature };
    if (scored) {
      own[ATTR_FEATURE_FEEDBACK_SCORE] = score;
      own[ATTR_FEATURE_FEEDBACK_SCALE] = scale;
    }
    if (said) own[ATTR_FEATURE_FEEDBACK_COMMENT] = toEventText(comment, userId);
    const facts: Attributes = {};
    if (metadata !== undefined) writeMetadata(facts, metadata, config, userId);
    emitEvent(EVENT_FEATURE_FEEDBACK, own, facts);
  } catch (error) {
    reportCallbackFailure(feature, 'feedback', error);
  }
}

const DEFAULT_SCALE = 5;
