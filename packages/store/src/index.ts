/** Owns the data: the tables, every SQL text, and the engines that run them. */
export type { LandedRequest, Reader, ReadOptions, ResumeState, Sink, Store } from './store.ts';
export type { QueryName, QueryParams, QueryRow } from './queries.ts';
export type { ParamKind, QueryDefinition, RowKind } from './query.ts';
