/** Writes the pages that are made from code: docs/reference.md and docs/conformance.md. */
import { writeFileSync } from 'node:fs';
import { CONFORMANCE_FILE, renderConformance } from '../conformance/document.ts';
import { REFERENCE_FILE, renderReference } from './reference.ts';

writeFileSync(REFERENCE_FILE, renderReference());
writeFileSync(CONFORMANCE_FILE, renderConformance());
