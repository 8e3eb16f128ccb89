/** An address that leads nowhere. */
import type { ReactNode } from 'react';
import type { PageProps } from '../page.ts';
import { Name } from '../parts/name.tsx';

/** Says so, and leads back. */
export function MissingPage({
  navigation,
  path,
}: PageProps & { readonly path: string }): ReactNode {
  return (
    <section className="empty">
      <h2>No such page</h2>
      <p>
        There is nothing at{' '}
        <code>
          <Name text={path} />
        </code>
        .
      </p>
      <p>
        <a className="button" href={navigation.href({ page: { kind: 'features' } })}>
          All features
        </a>
      </p>
    </section>
  );
}
