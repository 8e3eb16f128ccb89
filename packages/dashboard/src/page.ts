/** What every page is given, and how it asks for its answers. */
import { ApiError, type Client } from '@heartwood/api/client';
import { useEffect } from 'react';
import { type Answer, useAnswer } from './live.ts';
import type { Navigation } from './navigation.ts';

/** Given to every page by the frame. */
export interface PageProps {
  readonly client: Client;
  readonly navigation: Navigation;
  readonly timeZone: string;
  readonly paused: boolean;
  readonly epoch: number;
  /** Told when an answer has arrived, for the age in the header. */
  readonly onAnswer: (receivedAt: number | undefined) => void;
  /** Told when the server wants a token. */
  readonly onUnauthorized: () => void;
}

/** Asks for what a page shows, keeps it fresh, and tells the frame. */
export function usePageAnswer<Data>(
  { client, paused, epoch, onAnswer, onUnauthorized }: PageProps,
  question: unknown,
  load: (client: Client, signal: AbortSignal) => Promise<Data>,
  refreshMs: number | undefined,
): Answer<Data> {
  const answer = useAnswer(JSON.stringify(question), (signal) => load(client, signal), {
    refreshMs,
    paused,
    epoch,
  });
  const { receivedAt, error } = answer;
  useEffect(() => onAnswer(receivedAt), [receivedAt, onAnswer]);
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) onUnauthorized();
  }, [error, onUnauthorized]);
  return answer;
}
