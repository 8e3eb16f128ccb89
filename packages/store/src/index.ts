/** Owns the data: the tables, every SQL text, and the engines that run them. */
export { openLock, type Lock } from './lock.ts';
export { DATABASE_FILE, openStore, type StoreOptions } from './open.ts';
export type { ParamKind, QueryDefinition, RowKind } from './query.ts';
export type { QueryName, QueryParams, QueryRow } from './queries.ts';
export type { LandedRequest, Reader, ReadOptions, ResumeState, Sink, Store } from './store.ts';
export type { StorageUse, UpkeepOptions, UpkeepReport } from './upkeep.ts';
