/** One thing that was looked at, what came of it, and what to do when it is wrong. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; only where something is wrong. */
  readonly remedy?: string | undefined;
}

/** Runs a look that tells what it found, or throws what is wrong. */
export async function check(
  name: string,
  remedy: string,
  look: () => Promise<string>,
): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: error instanceof Error ? error.message : String(error),
      remedy,
    };
  }
}
