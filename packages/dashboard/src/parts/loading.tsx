/** What stands while the first answer is on its way. */
import type { ReactNode } from 'react';

/** Appears only when it takes long enough to be noticed. */
export function Loading(): ReactNode {
  return (
    <p className="loading" role="status">
      Loading …
    </p>
  );
}
