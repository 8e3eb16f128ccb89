/** Writes the pages that are made from code: docs/reference.md, docs/conformance.md, docs/seed-coverage.md, docs/definitions.schema.json. */
import { writeFileSync } from 'node:fs';
import { CONFORMANCE_FILE, renderConformance } from '../conformance/document.ts';
import { renderSchema, SCHEMA_FILE } from './definitions-schema.ts';
import { REFERENCE_FILE, renderReference } from './reference.ts';
import { COVERAGE_FILE, renderCoverage } from './seed-coverage.ts';

writeFileSync(REFERENCE_FILE, renderReference());
writeFileSync(CONFORMANCE_FILE, renderConformance());
writeFileSync(COVERAGE_FILE, renderCoverage());
writeFileSync(SCHEMA_FILE, renderSchema());
