/** Slots of a period and of the same time in earlier weeks, in SQL. */
import { storeError } from '../errors.ts';
import type { WeekSlots } from './quality-question.ts';
import type { Writer } from './writer.ts';

/** The label of a moment (nanoseconds since 1970); -1 outside of all. A negative label divided stays below 0. */
export function labelSql(writer: Writer, slots: WeekSlots, time: string): string {
  const { origin, width, labels } = slots;
  const place = `1 + (${time} - ${writer.param('ns', origin)}) // ${writer.param('ns', width)}`;
  const label = `list_extract((${writer.param('texts', labels)})::INTEGER[], ${place})`;
  // `-1 // quarters` would be 0, which is the period itself.
  return `CASE WHEN ${label} >= 0 THEN ${label} ELSE -${writer.param('int', slots.quarters)} END`;
}

/** Most slots of a question: sixty weeks of quarters of an hour. */
const MAX_SLOTS = 40_320;

export function checkWeeks(
  { from, to }: { readonly from: bigint; readonly to: bigint },
  { origin, width, labels, quarters }: WeekSlots,
): void {
  const reason =
    width <= 0n || origin > from || origin + width * BigInt(labels.length) < to
      ? 'its slots do not cover its range'
      : labels.length > MAX_SLOTS
        ? `it has more than ${String(MAX_SLOTS)} slots`
        : !Number.isSafeInteger(quarters) || quarters < 1
          ? 'its period has no slots'
          : labels.some((label) => !/^(?:-1|\d{1,9})$/u.test(label))
            ? 'its labels are no numbers'
            : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
