/** The registry of questions: every SQL file under `sql/read` with its parameter and row types. */
export type QueryName = string;
export type QueryParams<_Name extends QueryName> = Readonly<Record<string, unknown>>;
export type QueryRow<_Name extends QueryName> = Readonly<Record<string, unknown>>;
