/** Makes docs/definitions.schema.json from what reads definitions; `npm run docs` writes it, a test holds it equal. */
import { definitionsSchema } from '@heartwood/kpi';
import path from 'node:path';

export const SCHEMA_FILE = path.resolve(import.meta.dirname, '../../docs/definitions.schema.json');

export const renderSchema = (): string => `${JSON.stringify(definitionsSchema(), null, 2)}\n`;
