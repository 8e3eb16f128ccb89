/** What may be wrong with the trace and span ids of a record. */

/** Stands for the length of an id that is not hexadecimal. */
export const NO_HEX = -1;

/** Why an id of so many bytes makes its record unusable; empty when it does not. One of few texts: rejected records are counted by it. */
export function idProblem(what: string, bytes: number, wanted: number): string {
  if (bytes === wanted || bytes === 0) return '';
  return bytes === NO_HEX
    ? `the ${what} is not ${wanted * 2} hexadecimal digits`
    : `the ${what} is not ${wanted} bytes long`;
}
