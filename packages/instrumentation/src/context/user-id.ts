/** A user as the app knows them. */

/** A user as the app knows them: a text that is not empty, or the number that a database gave them. */
export type UserId = string | number | bigint;
