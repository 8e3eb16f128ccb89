/** What is written down beside what people do: it counts where it is asked for by name. */
import { SDK_EVENTS } from '@heartwood/semconv';

/** Whether the id of the name of an event is of one that SDKs send of themselves. */
export const isOwnSql = (nameId: string): string =>
  `${nameId} IN (SELECT id FROM vocabulary WHERE text IN (${SDK_EVENTS.map((name) => `'${name}'`).join(', ')}))`;

/** Whether a row that no selector names counts: of runs those whose sender named them, of events those of the app. */
export const isOtherSql = (source: 'run' | 'event'): string =>
  // Bit 5 of marks, see src/marks.ts.
  source === 'run' ? 'NOT fa_marked(s.marks, 5)' : `NOT (${isOwnSql('s.event_name_id')})`;
