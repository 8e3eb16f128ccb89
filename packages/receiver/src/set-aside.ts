/** Takes what the database refuses out of the way: it goes to the dead letters, and the position moves on behind it. */
import type { ResumeState } from '@heartwood/store';
import { Batch, type Position } from '@heartwood/store/batch';
import type { Culprit } from './bisection.ts';
import { Collector, type Decoded } from './collector.ts';
import { Gauges } from './gauges.ts';
import { readJournal } from './journal/reader.ts';
import type { JournalRecord } from './journal/record.ts';
import { listSegments } from './journal/segment.ts';
import { LandingQueue } from './landing-queue.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { writeRequestRow } from './request-row.ts';

/**
 * Sets the culprit aside while no pipeline is open. Rejects as a landing does: nothing is counted then, and the letter that
 * may lie there already is written anew the next time.
 */
export async function setAside(culprit: Culprit, options: PipelineOptions): Promise<void> {
  const { store, journalDir, deadLetters, gauges, onTrouble } = options;
  const { number, from, to, error } = culprit;
  const reason = `${error.code}: ${error.message}`;
  const request = await findRecord(journalDir, number);
  if (request === undefined) return;
  const file = await deadLetters.write({ request, from, to, reason });
  const batch = new Batch(1);
  const state = await store.readResumeState();
  let { rows } = culprit;
  if (rows === undefined) {
    const rest = decodeRest(request, from, state, options);
    // It is done with; one that is not known would be taken and set aside again, were it sent again.
    if (culprit.isKnown) writeRequestRow(batch.requests, request, rest.outcome);
    rows = rest.written;
  }
  const landed = state.position.record === number ? state.position.part : undefined;
  const part = landed ?? {
    decoder: options.plans.of(number).decoder,
    firstSeq: state.nextSeq,
  };
  const position: Position =
    to === undefined ? { record: number + 1n, rows: 0 } : { record: number, rows: to, part };
  await store.land(batch, position);
  gauges.deadLetters++;
  const ofSignal = gauges.of(request.signal);
  ofSignal.deadLettered.add(error.code, rows);
  ofSignal.waiting -= rows;
  onTrouble(`the database refuses ${rows} records of a request; it lies in ${file}`, error);
}

async function findRecord(folder: string, number: bigint): Promise<JournalRecord | undefined> {
  for await (const record of readJournal(await listSegments(folder), number, () => {}))
    if (record.number >= number) return record.number === number ? record : undefined;
  return undefined;
}

/** What becomes of the whole request, and how many rows the records behind `from` make. */
function decodeRest(
  request: JournalRecord,
  from: number,
  state: ResumeState,
  { store, rules, plans, limits, batchRows, openBody }: PipelineOptions,
): Pick<Decoded, 'outcome' | 'written'> {
  // Nothing of this ever lands: it only counts.
  const queue = new LandingQueue({
    sink: store,
    batchRows,
    onLanded: () => undefined,
    onFailed: () => undefined,
  });
  const collector = new Collector({ state, rules, plans, limits, gauges: new Gauges(), queue });
  const body = openBody(request, true);
  return collector.decode({ ...request, body }, request.number, from);
}
