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
  props: PageProps,
  question: unknown,
  load: (client: Client, signal: AbortSignal) => Promise<Data>,
  refreshMs: number | undefined,
): Answer<Data> {
  const { client, paused, epoch } = props;
  const answer = useAnswer(JSON.stringify(question), (signal) => load(client, signal), {
    refreshMs,
    paused,
    epoch,
  });
  useReport(props, answer);
  return answer;
}

/** Tells the frame how old the numbers are, and when a token is wanted. */
export function useReport(
  { onAnswer, onUnauthorized }: PageProps,
  { receivedAt, error }: Pick<Answer<unknown>, 'receivedAt' | 'error'>,
): void {
  useEffect(() => onAnswer(receivedAt), [receivedAt, onAnswer]);
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) onUnauthorized();
  }, [error, onUnauthorized]);
}
