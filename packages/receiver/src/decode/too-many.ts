/** The error of a request with more of something than the limits allow. */
import { receiverError } from '../errors.ts';

export const tooMany = (limit: number, what: string): Error =>
  receiverError('OTLP_TOO_LARGE', {
    what: `more than ${limit} ${what}`,
    limit: `${limit} ${what}`,
  });
