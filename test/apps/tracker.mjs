// A build: a session of a tracker on a build server, with a pause, a run that works and one that fails; says how it ended, and leaves one open.
import { setTimeout as sleep } from 'node:timers/promises';
import { tracedFeature } from '@heartwood/instrumentation';
import { ProjectTracker } from '@heartwood/instrumentation/faces';

const tracker = new ProjectTracker();
tracker.enableCiMode({ BUILD_NUMBER: '17', GIT_BRANCH: 'main' });
const compile = tracedFeature('compile', () => 1);
const link = tracedFeature('link', () => {
  throw new TypeError('no such symbol <main>');
});
tracker.startTracking('build_process');
tracker.stopTracking();
tracker.run('build_process', () => {
  compile();
  try {
    link();
  } catch {
    // Seen by the report.
  }
});
tracker.startTracking('deploy_step');
await sleep(30);
tracker.pauseTracking();
await sleep(20);
tracker.resumeTracking();
const summary = tracker.stopTracking();
const { id, state, activeMs, pausedMs, pauseCount } = summary;
process.stdout.write(`${JSON.stringify({ id, state, activeMs, pausedMs, pauseCount })}\n`);
tracker.startTracking('left_open');
// Until it is killed.
setInterval(() => {}, 1000);
