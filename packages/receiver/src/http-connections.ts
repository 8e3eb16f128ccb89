/** Knows what is under way on each connection, so that what Node's parser refuses is answered and counted like all else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CodedError } from '@heartwood/semconv';
import { receiverError } from './errors.ts';
import { type Reply, replyError } from './reply.ts';
import { ENCODING } from './signal.ts';

export interface HttpConnectionsOptions {
  /** How long a sender is listened to that does not listen, milliseconds. */
  readonly lingerMs: number;
  /** Told what was refused here; requests that were begun are refused by their own handlers. */
  readonly onRefused: (error: CodedError) => void;
}

interface Connection {
  /** Begun and not answered, in the order of their coming. */
  readonly unanswered: Set<ServerResponse>;
  /** The last request that was begun, and the end of the waiting for the rest of it. */
  request?: IncomingMessage;
  interrupt?: AbortController;
  isBroken: boolean;
}

export class HttpConnections {
  readonly #options: HttpConnectionsOptions;
  readonly #connections = new WeakMap<Duplex, Connection>();

  constructor(options: HttpConnectionsOptions) {
    this.#options = options;
  }

  /** Remembers a request; what it returns is aborted when the rest of the body will not come, or not in time. */
  begin(request: IncomingMessage, response: ServerResponse): AbortController {
    const connection = this.#of(request.socket);
    connection.unanswered.add(response);
    response.once('close', () => connection.unanswered.delete(response));
    connection.request = request;
    connection.interrupt = new AbortController();
    return connection.interrupt;
  }

  /** True when nothing more can be read from the connection of the request: {@link answerLast} is left. */
  isBroken(request: IncomingMessage): boolean {
    return this.#of(request.socket).isBroken;
  }

  /** What Node's parser could not take, or what did not come in time. */
  onBroken(cause: NodeJS.ErrnoException, socket: Duplex): void {
    const connection = this.#of(socket);
    // The parser says the same of every further byte.
    if (connection.isBroken) return;
    connection.isBroken = true;
    if (!socket.writable || cause.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const error = errorOf(cause);
    const { request, interrupt, unanswered } = connection;
    if (request !== undefined && !request.complete) {
      // It broke in the body of the last request: whoever reads that is told, or has answered ahead and lingers.
      if (unanswered.size > 0) interrupt?.abort(error);
      else socket.end();
      return;
    }
    this.#options.onRefused(error);
    // No head was read that would name an encoding.
    this.answerLast(socket, replyError(error, ENCODING.JSON));
  }

  /** Answers behind all that came before, and ends the connection. */
  answerLast(socket: Duplex, reply: Reply, response?: ServerResponse): void {
    const before = [...this.#of(socket).unanswered].filter((other) => other !== response).at(-1);
    if (before === undefined) this.#end(socket, reply);
    else before.once('close', () => this.#end(socket, reply));
  }

  #end(socket: Duplex, { status, contentType, body }: Reply): void {
    const head = `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\nConnection: close\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`;
    if (socket.writable) socket.end(Buffer.concat([Buffer.from(head), body]));
    // What still comes in when a connection is closed makes the system reset it, and the answer is lost.
    const cut = setTimeout(() => socket.destroy(), this.#options.lingerMs);
    socket.once('close', () => clearTimeout(cut));
  }

  #of(socket: Duplex): Connection {
    const known = this.#connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { unanswered: new Set(), isBroken: false };
    this.#connections.set(socket, connection);
    return connection;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function errorOf(cause: NodeJS.ErrnoException): CodedError {
  if (cause.code === 'ERR_HTTP_REQUEST_TIMEOUT') return receiverError('OTLP_TIMEOUT');
  if (cause.code === 'HPE_INVALID_EOF_STATE')
    return receiverError('OTLP_BODY_INCOMPLETE', {}, cause);
  if (cause.code === 'HPE_HEADER_OVERFLOW') return receiverError('OTLP_HEADERS_TOO_LARGE');
  return receiverError('OTLP_BAD_HTTP', { reason: cause.code ?? cause.message }, cause);
}
