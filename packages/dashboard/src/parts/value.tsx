/** A number with its unit, and what it means under the pointer. */
import type { ReactNode } from 'react';
import type { Shown } from '../format.ts';

interface ValueProps {
  readonly shown: Shown;
  readonly title?: string;
}

/** The unit is set back, so that the digits carry the eye. */
export function Value({ shown: { number, unit }, title }: ValueProps): ReactNode {
  return (
    <span className="value" title={title}>
      {unit === '' ? number : `${number} `}
      {unit !== '' && <small>{unit}</small>}
    </span>
  );
}
