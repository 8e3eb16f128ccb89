/** A TCP connection on which tests write HTTP as they please and read what comes back, byte for byte. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export class RawConnection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #changed: () => void = () => undefined;
  /** What broke the connection, such as ECONNRESET. */
  error: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#changed();
    });
    socket.on('error', (error) => (this.error = error));
    for (const event of ['end', 'close'] as const)
      socket.on(event, () => {
        this.#ended = true;
        this.#changed();
      });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** What has come and was not read. */
  get received(): Buffer {
    return this.#received;
  }

  /** True when the other side has ended the connection. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /** Resolves when the other side has ended the connection; what it sent before stays to be read. */
  async ended(): Promise<void> {
    while (!this.#ended) await this.#change();
  }

  /** Reads one response; `bodiless` is one to HEAD. Rejects when the connection ends before. */
  async read(bodiless = false): Promise<RawResponse> {
    for (;;) {
      const split = this.#received.indexOf('\r\n\r\n');
      if (split >= 0) {
        const [statusLine = '', ...lines] = this.#received
          .subarray(0, split)
          .toString('latin1')
          .split('\r\n');
        const headers = new Map(
          lines.map((line) => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
          }),
        );
        const length = bodiless ? 0 : Number(headers.get('content-length') ?? 0);
        const end = split + 4 + length;
        if (this.#received.length >= end) {
          const body = this.#received.subarray(split + 4, end);
          this.#received = this.#received.subarray(end);
          return { status: Number(statusLine.split(' ')[1]), headers, body };
        }
      }
      if (this.#ended)
        throw new Error(`ended after ${this.#received.length} bytes`, { cause: this.error });
      await this.#change();
    }
  }

  /** Ends the writing side. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }
}
