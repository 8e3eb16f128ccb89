/** What the receiver has done with records since the start of the process, and what waits. */
import { z } from 'zod';
import { count } from './run.ts';

const reasons = (description: string): z.ZodRecord<z.ZodString, z.ZodInt> =>
  z.record(z.string(), z.int().min(0)).describe(description);

/** The terms of one equation, true at every moment. */
const terms = {
  received: count(
    'Records that came in: `received = stored + rejected + refused + duplicate + deadLettered + waiting` at every moment.',
  ),
  recovered: count(
    'Those of `received` that came out of the journal which an earlier process left; that process had counted them too.',
  ),
  stored: count('Records that are in the database.'),
  rejected: count('Records that were left out of accepted requests; their senders were told.'),
  refused: count('Records of requests that were answered with an error after they were counted.'),
  duplicate: count('Records of requests that had been accepted before.'),
  deadLettered: count('Acknowledged records that cannot be stored; they lie in `dead-letters`.'),
  waiting: count('Records that are in the journal or on the way there, not in the database.'),
};

/** The records of one signal. */
export const SignalState = z
  .object({
    signal: z.string().describe('`traces`, `logs` or `metrics`.'),
    ...terms,
    reasons: z
      .object({
        rejected: reasons('Rejected records by reason.'),
        refused: reasons('Refused records by error code.'),
        deadLettered: reasons('Dead letters by error code.'),
      })
      .describe('Each adds up to the term of its name.'),
    marked: reasons(
      'Records of which something was repaired, cut or replaced on the way in, by what it was.',
    ),
  })
  .meta({ id: 'SignalState' });
export type SignalState = z.infer<typeof SignalState>;

/** All signals together, each by itself, and what is not counted by record. */
export const ReceiverState = z
  .object({
    ...terms,
    signals: z.array(SignalState),
    requests: z.object({
      accepted: count('Requests that were accepted, duplicates left out.'),
      duplicate: count('Requests that had been accepted before.'),
      refused: reasons('Requests answered with an error, by its code.'),
    }),
    connections: z.object({
      open: count('Connections of senders that are open now, HTTP and gRPC.'),
      refused: reasons(
        'Connections that were ended, by reason: beyond the limit, failed handshakes of TLS, breaches of HTTP/2.',
      ),
    }),
    deadLetters: z
      .object({
        files: count('Requests, or parts of them, that lie in `dead-letters` beside the journal.'),
        bytes: count('Their files, bytes.'),
        limitBytes: count('When they would need more than this, the oldest are deleted.'),
        deleted: count(
          'Deleted for that reason since the start of the process: what they held is lost.',
        ),
      })
      .describe('What was acknowledged, cannot be stored, and is kept for people to look at.'),
    waitingBatches: count('Batches that wait for the database.'),
    inFlightBytes: count(
      'Bytes of bodies being read or waiting to be decoded, and 8 KiB for each request.',
    ),
    landings: count('Transactions that brought records into the database.'),
    failedLandings: count('Those that failed; what they held is landed again from the journal.'),
    damagedJournalBytes: count('Bytes of the journal that could not be read as records.'),
  })
  .meta({ id: 'ReceiverState' });
export type ReceiverState = z.infer<typeof ReceiverState>;

/** A receiver that has received nothing. */
export const NOTHING_RECEIVED: ReceiverState = {
  received: 0,
  recovered: 0,
  stored: 0,
  rejected: 0,
  refused: 0,
  duplicate: 0,
  deadLettered: 0,
  waiting: 0,
  signals: [],
  requests: { accepted: 0, duplicate: 0, refused: {} },
  connections: { open: 0, refused: {} },
  deadLetters: { files: 0, bytes: 0, limitBytes: 0, deleted: 0 },
  waitingBatches: 0,
  inFlightBytes: 0,
  landings: 0,
  failedLandings: 0,
  damagedJournalBytes: 0,
};
