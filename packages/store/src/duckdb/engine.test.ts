import path from 'node:path';
import { storeContract } from '../store.contract.ts';
import { openDuckdb } from './engine.ts';

storeContract('DuckDB', (dir, statements) =>
  openDuckdb({ path: path.join(dir, 'test.duckdb') }, statements),
);
