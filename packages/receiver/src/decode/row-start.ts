/** A place among the rows of a request. */

/** Where a resource, a scope or a metric began: a batch, counted within the request, and a row of it. */
export interface RowStart {
  batch: number;
  row: number;
}
