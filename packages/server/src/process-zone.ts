/** Time zones by name: which names there are, and which one the process has. */

/** True for IANA names; bare offsets such as `+02:00` know no summer time and are none. */
export function isZone(name: string): boolean {
  try {
    return (
      new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '' && /[A-Za-z]/u.test(name)
    );
  } catch {
    return false;
  }
}

/** The zone of the process, from `TZ` or the machine; UTC where that has no name. */
export function processZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return isZone(timeZone) ? timeZone : 'UTC';
}
