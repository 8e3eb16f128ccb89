/** Checks of the receiver and of the clocks of those who send. */
import { sayBytes, sayCount, sayLength, sayShare } from '../amount.ts';
import { defineCheck, fail, pass, warn, type HealthCheck } from '../check.ts';

const WAITING_WARN_S = 10;
const WAITING_FAIL_S = 60;
const SILENT_WARN_S = 3600;
const SILENT_FAIL_S = 86_400;
/** Of the records that came in, rejected: a mistake of one sender, or of all. */
const REJECTED_FAIL = 0.05;
const CLOCK_FAIL_MS = 300_000;

export const SERVER_CHECKS: readonly HealthCheck[] = [
  defineCheck({
    id: 'receiver.taking',
    group: 'server',
    title: 'New data are taken',
    fact: 'receiver',
    judge: ({ refusals, received }) =>
      refusals.length === 0
        ? pass(`${sayCount(received, 'record')} since the start`, { refusals, received })
        : fail(
            `requests are refused: ${refusals.join(', ')}`,
            'Senders try again by themselves. Make room on the disk, or look at the log of the server for the reason.',
            { refusals, received },
          ),
  }),
  defineCheck({
    id: 'receiver.waiting',
    group: 'server',
    title: 'Nothing waits long for the database',
    fact: 'receiver',
    judge: ({ waiting, waitingSinceMs }, { atMs }) => {
      const ageS = waitingSinceMs === null ? 0 : Math.max(0, (atMs - waitingSinceMs) / 1000);
      const evidence = { waiting, waitingSinceMs, ageS };
      if (waitingSinceMs === null) return pass('nothing waits', evidence);
      const message = `${sayCount(waiting, 'record')}, the oldest for ${sayLength(ageS)}`;
      const remedy =
        'The database is busy or stuck: look at database.landing, and at questions that run long.';
      if (ageS > WAITING_FAIL_S) return fail(message, remedy, evidence);
      return ageS > WAITING_WARN_S ? warn(message, remedy, evidence) : pass(message, evidence);
    },
  }),
  defineCheck({
    id: 'receiver.silent',
    group: 'server',
    title: 'Apps are sending',
    fact: 'arrival',
    judge: (lastMs, { atMs }) => {
      const remedy =
        'Check that an app runs and sends here: OTEL_EXPORTER_OTLP_ENDPOINT, or the preload of @heartwood/instrumentation.';
      if (lastMs === null) return warn('nothing was ever received', remedy, { lastMs });
      const silentS = Math.max(0, (atMs - lastMs) / 1000);
      const message = `the last record came ${sayLength(silentS)} ago`;
      const evidence = { lastMs, silentS };
      if (silentS > SILENT_FAIL_S) return fail(message, remedy, evidence);
      return silentS > SILENT_WARN_S ? warn(message, remedy, evidence) : pass(message, evidence);
    },
  }),
  defineCheck({
    id: 'receiver.dead_letters',
    group: 'server',
    title: 'All that was acknowledged is stored',
    fact: 'receiver',
    judge: ({ deadLetters }) => {
      const { files, bytes, deleted } = deadLetters;
      if (files === 0 && deleted === 0) return pass('no dead letters', { ...deadLetters });
      const gone =
        deleted === 0 ? '' : `, and ${sayCount(deleted, 'file')} deleted for want of room`;
      return fail(
        `${sayCount(files, 'dead letter')} (${sayBytes(bytes)})${gone}`,
        'heartwood-server dead-letters lists them with the reason; delete the files once they are dealt with.',
        { ...deadLetters },
      );
    },
  }),
  defineCheck({
    id: 'receiver.drops',
    group: 'server',
    title: 'Records are taken whole',
    fact: 'receiver',
    judge: ({ received, rejected, refused, damagedJournalBytes }) => {
      const lost = sumOf(rejected);
      const evidence = { received, rejected, refused, damagedJournalBytes };
      const remedy =
        'The system page of the dashboard (#/system) has the reasons by signal; the senders were told, mend them there.';
      if (lost === 0 && damagedJournalBytes === 0)
        return pass(`none of ${sayCount(received, 'record')} was left out`, evidence);
      if (lost === 0)
        return warn(
          `${sayBytes(damagedJournalBytes)} of the journal could not be read`,
          'After a power cut that is the end of an interrupted write; otherwise look at the disk.',
          evidence,
        );
      const message = `${sayCount(lost, 'record')} of ${String(received)} (${sayShare(lost / Math.max(received, lost))}) left out: ${describe(rejected)}`;
      return lost > received * REJECTED_FAIL
        ? fail(message, remedy, evidence)
        : warn(message, remedy, evidence);
    },
  }),
  defineCheck({
    id: 'clock.skew',
    group: 'server',
    title: 'The clocks of senders are right',
    fact: 'clocks',
    judge: (clocks) => {
      const worst = clocks.toSorted((a, b) => b.aheadMs - a.aheadMs);
      const [first] = worst;
      if (first === undefined) return pass('no record of the last hour is ahead of ours', {});
      const message = `${first.service ?? 'a sender without a name'} is ${sayLength(first.aheadMs / 1000)} ahead in ${sayCount(first.records, 'record')} of the last hour`;
      const remedy = 'Set the clock of that machine by NTP, or that of this one.';
      const evidence = { senders: worst.slice(0, 10) };
      return first.aheadMs > CLOCK_FAIL_MS
        ? fail(message, remedy, evidence)
        : warn(message, remedy, evidence);
    },
  }),
];

const sumOf = (reasons: Readonly<Record<string, number>>): number =>
  Object.values(reasons).reduce((sum, count) => sum + count, 0);

const describe = (reasons: Readonly<Record<string, number>>): string =>
  Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([reason, count]) => `${reason} ${String(count)}`)
    .join(', ');
