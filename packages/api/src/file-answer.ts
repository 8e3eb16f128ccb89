/** Sends a file that was written for one caller, and removes it. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** A file and what is said of it. */
export interface FileAnswer<Header> {
  readonly path: string;
  /** Under which a browser keeps it. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly header: Header;
}

/** The header that says what a file holds, as JSON in ASCII. */
const FILE_HEADER = 'Heartwood-File';

/** Sends it, whoever goes meanwhile. */
export async function sendFile(
  response: Response,
  { path, name, type, header }: FileAnswer<{ readonly sizeBytes: number }>,
): Promise<void> {
  try {
    if (response.destroyed) return;
    response.status(200).set({
      'Content-Type': type,
      'Content-Length': String(header.sizeBytes),
      'Content-Disposition': `attachment; filename="${name}"`,
      [FILE_HEADER]: toAscii(header),
    });
    if (response.req.method === 'HEAD') response.end();
    else await pipeline(createReadStream(path), response);
  } catch (error) {
    // Who has gone needs no answer; what broke off otherwise ends the connection, so that no half file passes for a whole.
    if (!response.destroyed) response.destroy(error instanceof Error ? error : undefined);
  } finally {
    await rm(path, { force: true });
  }
}

const toAscii = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7E]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
