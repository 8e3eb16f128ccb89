/** What users do with files and searches. */
import type { Metadata } from '../facts/metadata.ts';
import { toUserIdentity } from '../privacy/privacy.ts';
import { APP_EVENTS, type EventOrigin, type EventRecorder } from './app-event.ts';

/** A look at a file. */
export interface FileView extends EventOrigin {
  readonly fileId: string;
  readonly viewDurationMs?: number;
  /** Where it was opened from. */
  readonly source?: string;
}

/** A search. */
export interface SearchQuery extends EventOrigin {
  readonly queryText: string;
  /** How many results there were; 0 when left out. */
  readonly resultCount?: number;
  readonly filters?: Metadata;
  /** The result that was chosen. */
  readonly selectedResult?: string;
}

/** How a tracker of users is made. */
export interface UserInteractionOptions {
  /**
   * `hash`, the default: searches are told apart by a keyed hash of their words, as people type names and secrets into
   * search fields. `plain`: the words are sent.
   */
  readonly queryText?: 'hash' | 'plain';
}

/** Sends `file_view` and `search_performed`. A user who is not signed in is told apart by the session. */
export class UserInteractionTracker {
  readonly #events: EventRecorder;
  readonly #plain: boolean;

  constructor(events: EventRecorder = APP_EVENTS, options: UserInteractionOptions = {}) {
    this.#events = events;
    this.#plain = options.queryText === 'plain';
  }

  trackFileView({ fileId, viewDurationMs, source, ...origin }: FileView): void {
    this.#events.trackEvent(
      'file_view',
      { file_id: fileId, view_duration_ms: viewDurationMs, source },
      origin,
    );
  }

  trackSearchQuery({
    queryText,
    resultCount = 0,
    filters,
    selectedResult,
    ...origin
  }: SearchQuery): void {
    this.#events.trackEvent(
      'search_performed',
      {
        ...(this.#plain ? { query: queryText } : hashed(queryText)),
        result_count: resultCount,
        filters,
        selected_result: selectedResult,
      },
      origin,
    );
  }
}

/** The same words in other letter case or spacing are the same search. */
function hashed(text: string): Metadata {
  // What JavaScript code gives may be no text at all.
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion
  const words = String(text).trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return { query_hash: toUserIdentity(words).hash, query_length: words.length };
}
