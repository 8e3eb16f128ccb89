/** Span attributes that the app sets under its own names. */
import type { Attributes } from '@opentelemetry/api';
import { warnOnce } from '../host/report.ts';

/** The attributes without those in our namespaces: a run says these itself, and a wrong one would be believed. */
export function withoutOurs(attributes: Attributes): Attributes {
  const ours = Object.keys(attributes).filter((key) => OURS.test(key));
  if (ours.length === 0) return attributes;
  warnOnce(
    'setAttribute',
    `attributes of the app leave out names that begin with feature., session. or user., such as ${ours[0]}; ` +
      'use the methods of the run, or setMetadata()',
  );
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !OURS.test(key)));
}

const OURS = /^(?:feature|session|user)\.(?!truncated$)/;
