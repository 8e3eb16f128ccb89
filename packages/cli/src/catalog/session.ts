/** Commands about sessions. */
import type { Entry } from './entry.ts';

export const SESSION_COMMANDS: readonly Entry[] = [
  {
    words: ['sessions', 'list'],
    summary: 'Sessions of work, of users and of processes, those that began last first.',
    load: async () => (await import('../commands/list-sessions.ts')).listSessions,
  },
  {
    words: ['sessions', 'show'],
    summary: 'One session: how it stands, its history, what it ran, and those before it.',
    load: async () => (await import('../commands/show-session.ts')).showSession,
  },
  {
    words: ['sessions', 'summary'],
    summary: 'Sessions of work summed up, all together and by component.',
    load: async () => (await import('../commands/summarize-sessions.ts')).summarizeSessions,
  },
  {
    words: ['sessions', 'report'],
    summary: 'What build servers ran: sessions with their runs as Markdown, JSON or JUnit XML.',
    load: async () => (await import('../commands/report-sessions.ts')).reportSessions,
  },
];
