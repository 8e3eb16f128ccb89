/** How the kinds of routes respond: with an answer, a file or a stream. */
import { CodedError } from '@heartwood/semconv';
import type { Request, RequestHandler, Response } from 'express';
import { readBody } from './body.ts';
import type { MakeContext } from './context-maker.ts';
import type { AnswerRoute, FileRoute, Route, StreamRoute } from './contract/route.ts';
import type { RouteName } from './contract/routes.ts';
import { RequestError } from './errors.ts';
import { type FileAnswer, sendFile } from './file-answer.ts';
import type { Context } from './handlers/context.ts';
import { HANDLERS } from './handlers/index.ts';
import type { Channel } from './live/channel.ts';
import { parseParams, parseQuery } from './query.ts';

type AnyHandler = (
  context: Context,
  request: { params: unknown; query: unknown; body: unknown },
) => unknown;

/** Answers with JSON, or with what the route produces. */
export function respondWithAnswer(
  name: RouteName,
  route: AnswerRoute,
  makeContext: MakeContext,
  timeoutMs: number,
): RequestHandler {
  const handle = HANDLERS[name] as AnyHandler;
  return async (request, response) => {
    const { query, params, gone } = takeCall(route, request, response);
    const body = route.method === 'post' ? await readBody(request, route) : undefined;
    const result = await within(Math.ceil(timeoutMs * AFTER_QUERIES), gone, async (signal) =>
      handle(makeContext(signal, gone), { params, query, body }),
    );
    if (gone.aborted) return;
    if (route.produces === undefined) response.json(result);
    else response.type(route.produces).send(result);
  };
}

/** Each query has a deadline of its own; this one is of those that follow each other. */
const AFTER_QUERIES = 1.05;

/** Stops what works on an answer when its time is over; that rejects as a query does whose own is. */
async function within<Result>(
  timeoutMs: number,
  gone: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await work(AbortSignal.any([gone, late]));
  } catch (error) {
    const isStopped = error instanceof CodedError && error.code === 'STORE_QUERY_CANCELLED';
    if (!late.aborted || gone.aborted || !isStopped) throw error;
    const said = `The answer was given up after ${String(timeoutMs)} ms.`;
    throw new CodedError('STORE_QUERY_TIMEOUT', said, true, error);
  }
}

type FileHandler = (
  context: Context,
  request: { params: unknown; query: unknown },
) => Promise<FileAnswer<{ readonly sizeBytes: number }>>;

/** Files that may be written or sent at once: each lies on the disk, 1.5 GB at most, until its caller has it. */
const MOST_FILES = 4;

/** Answers with a file. */
export function respondWithFile(
  name: RouteName,
  route: FileRoute,
  makeContext: MakeContext,
): RequestHandler {
  const write = HANDLERS[name] as FileHandler;
  let files = 0;
  return async (request, response) => {
    const { query, params, gone } = takeCall(route, request, response);
    if (files >= MOST_FILES) throw new RequestError('FILES_FULL', { limit: String(MOST_FILES) });
    files++;
    try {
      const written = await write(makeContext(gone, gone), { params, query });
      await sendFile(response, written);
    } finally {
      files--;
    }
  };
}

type StreamHandler = (
  context: Context,
  request: { params: unknown; query: unknown; resume: string | undefined },
) => Channel | Promise<Channel>;

/** Answers with events for as long as the caller stays. */
export function respondWithStream(
  name: RouteName,
  route: StreamRoute,
  makeContext: MakeContext,
): RequestHandler {
  const open = HANDLERS[name] as StreamHandler;
  return async (request, response) => {
    const { query, params, gone } = takeCall(route, request, response);
    const context = makeContext(gone, gone);
    const { hub } = context.live;
    // Before questions are asked for somebody who is sent away.
    hub.admit(request);
    const given = request.get('last-event-id') ?? query['lastEventId'];
    const resume = typeof given === 'string' && given !== '' ? given : undefined;
    const channel = await open(context, { params, query, resume });
    if (gone.aborted) return;
    if (request.method === 'HEAD') response.type('text/event-stream').end();
    else hub.follow(channel, resume, request, response);
  };
}

/** What is asked, and the signal that tells when the caller has gone. */
function takeCall(route: Route, request: Request, response: Response) {
  const query = parseQuery(route.query, searchOf(request.originalUrl));
  const params = parseParams(route.params, request.params);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return { query, params, gone: gone.signal };
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
