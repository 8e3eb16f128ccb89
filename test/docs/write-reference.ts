/** Writes docs/reference.md. */
import { writeFileSync } from 'node:fs';
import { REFERENCE_FILE, renderReference } from './reference.ts';

writeFileSync(REFERENCE_FILE, renderReference());
