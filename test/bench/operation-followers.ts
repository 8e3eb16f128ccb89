/** A process of many readers of the stream of operations. */
import { openFollowers, type Followers } from './followers.ts';
import { answerParent } from './helper-process.ts';

/** What it is asked. */
export type FollowersAsk =
  | {
      readonly ask: 'open';
      readonly appUrl: string;
      readonly path: string;
      readonly readers: number;
    }
  | { readonly ask: 'read' };

/** What they read since they were asked last. */
export interface FollowersFigures {
  readonly bytes: number;
  readonly delaysMs: readonly number[];
}

let followers: Followers | undefined;
let readBytes = 0;

answerParent(async (message: FollowersAsk): Promise<FollowersFigures | null> => {
  if (message.ask === 'open') {
    followers = await openFollowers(message.appUrl, message.path, message.readers);
    return null;
  }
  if (followers === undefined) return { bytes: 0, delaysMs: [] };
  const bytes = followers.bytes - readBytes;
  readBytes = followers.bytes;
  return { bytes, delaysMs: followers.delaysMs.splice(0) };
});
