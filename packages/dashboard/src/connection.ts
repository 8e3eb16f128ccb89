/** The API client of this page and the token that it carries, which lives as long as the tab. */
import { type Client, createClient } from '@heartwood/api/client';

const TOKEN_KEY = 'heartwood.token';

/** Client for the server that gave this page, with the token of this tab. */
export function openConnection(): Client {
  const { origin, pathname } = location;
  return createClient({
    baseUrl: origin + pathname.slice(0, pathname.lastIndexOf('/') + 1),
    token: readToken(),
  });
}

/** The token given in this tab. */
export function readToken(): string | undefined {
  return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

/** Keeps a token until the tab is closed; never in the address, never on disk. */
export function writeToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
}
