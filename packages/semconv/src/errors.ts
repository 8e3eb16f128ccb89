/** Coded errors: the one shape that every package's error table makes. */

/** An error with a stable code, a message that names the remedy, and the word whether sending again can help. */
export class CodedError extends Error {
  readonly code: string;
  /** True: the same call may succeed later. False: it never will. */
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code;
    this.code = code;
    this.retryable = retryable;
  }
}

/** One line of an error table: the message with `{placeholders}`, and whether sending again can help. */
export interface ErrorEntry {
  readonly message: string;
  readonly retryable: boolean;
}

/** Makes an error of a table; every placeholder of the message is filled from `values`. */
export type MakeError<Code extends string> = (
  code: Code,
  values?: Readonly<Record<string, string | number>>,
  cause?: unknown,
) => CodedError;

/** Turns a table of codes into the function that makes its errors. */
export function defineErrors<Code extends string>(
  table: Readonly<Record<Code, ErrorEntry>>,
): MakeError<Code> {
  return (code, values = {}, cause) => {
    const { message, retryable } = table[code];
    const filled = message.replaceAll(/\{(\w+)\}/g, (whole, key: string) =>
      key in values ? String(values[key]) : whole,
    );
    return new CodedError(code, filled, retryable, cause);
  };
}

/** True for an error of ours that is worth sending again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof CodedError && error.retryable;
}
