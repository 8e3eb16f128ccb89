/** How well content is taken out of files. */
import { APP_EVENTS, type EventOrigin, type EventRecorder } from './app-event.ts';

/** One extraction, done. */
export interface Extraction extends EventOrigin {
  readonly fileId: string;
  readonly fileType: string;
  readonly extractionType: 'text' | 'metadata' | 'entities' | (string & {});
  readonly durationMs: number;
  readonly success: boolean;
  /** Names of what was found. */
  readonly extractedFields?: readonly string[];
  /** What went wrong. */
  readonly error?: string;
}

/** Sends `content_extraction`. */
export class ContentAnalyticsTracker {
  readonly #events: EventRecorder;

  constructor(events: EventRecorder = APP_EVENTS) {
    this.#events = events;
  }

  trackExtractionPerformance({
    fileId,
    fileType,
    extractionType,
    durationMs,
    success,
    extractedFields,
    error,
    ...origin
  }: Extraction): void {
    this.#events.trackEvent(
      'content_extraction',
      {
        file_id: fileId,
        file_type: fileType,
        extraction_type: extractionType,
        duration_ms: durationMs,
        success,
        extracted_fields: extractedFields,
        error,
      },
      origin,
    );
  }
}
