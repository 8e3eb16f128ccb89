/** What leaves of a command line, by itself and in the resource of a request. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect, it } from 'vitest';
import { BytesWriter } from '../otlp/bytes.ts';
import { writeResource } from '../otlp/span.ts';
import { configure, readConfig } from '../settings/config.ts';
import { redactArguments } from './command-line.ts';

it.each<[string[], string[]]>([
  [
    ['node', 'app.js', '--token=abc'],
    ['node', 'app.js', '--token=[redacted]'],
  ],
  [
    ['node', 'app.js', '--db-password', 'hunter2'],
    ['node', 'app.js', '--db-password', '[redacted]'],
  ],
  [
    ['node', '-r', './hook.js', '--token', '--verbose'],
    ['node', '-r', './hook.js', '--token', '--verbose'],
  ],
  [
    ['node', 'a.js', 'postgres://app:pw@db/shop'],
    ['node', 'a.js', 'postgres://[redacted]@db/shop'],
  ],
  [
    ['node', '--max-old-space-size=4096', '/srv/tokens/app.js', 'rows'],
    ['node', '--max-old-space-size=4096', '/srv/tokens/app.js', 'rows'],
  ],
])('%j leaves as %j', (args, left) => {
  expect(redactArguments(args, readConfig({}))).toEqual(left);
});

it('the resource of a request holds no password of the command line, and all else as it is', () => {
  configure({ redactKeys: ['*'], redactValues: ['/shop/'] });
  try {
    const out = new BytesWriter();
    writeResource(
      out,
      resourceFromAttributes({
        'service.name': 'shop',
        'process.command_args': ['node', 'app.js', '--password=hunter2'],
      }),
    );
    const bytes = Buffer.from(out.view()).toString('utf8');
    expect(bytes).not.toContain('hunter2');
    expect(bytes).toMatch(/service\.name.*shop.*process\.command_args.*app\.js/s);
  } finally {
    configure({ redactKeys: [], redactValues: [] });
  }
});
