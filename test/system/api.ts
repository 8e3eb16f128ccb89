/** Asks a running server through the typed client. */
import { createClient } from '@heartwood/api/client';
import type { ServerProcess } from './server-process.ts';

/** The client for a server, in the ranges that tests need: everything ever stored. */
export const clientOf = (server: ServerProcess): ReturnType<typeof createClient> =>
  createClient({ baseUrl: server.appUrl });

/** A range that holds all that fixtures and apps send; the API takes at most five years. */
export const ALL_TIME = { from: '2022-01-01', to: new Date(Date.now() + 60_000).toISOString() };
