/** The command line as the process that people start: pipes, signals, closed ports. Runs what `tsc -b` has built. */
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXIT } from './exit.ts';
import { FEATURES, recordsPage } from './testing/canned.ts';
import { BIN, runProcess } from './testing/run.ts';
import { openTestServer } from './testing/server.ts';

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe('the process', () => {
  test('shows the overview', async () => {
    const { code, data, notes } = await runProcess([]);
    expect(data).toMatch(/^heartwood asks/u);
    expect({ code, notes }).toEqual({ code: EXIT.OK, notes: '' });
  });

  test('hands commands on the files of a server to the server beside it, and ends as they end', async () => {
    const wrong = await runProcess(['backup']);
    expect(wrong).toMatchObject({ code: EXIT.USAGE, data: '' });
    expect(wrong.notes).toContain('heartwood-server backup <folder>');
    const failed = await runProcess(['verify', path.join(tmpdir(), 'no-such-backup')]);
    expect(failed.code).toBe(3);
    expect(failed.data).toContain('WRONG  manifest');
  });

  test('checks definitions without a server that runs', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'heartwood-offline-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(path.join(folder, 'kpis.yaml'), 'goals:\n  - {id: growth, tilte: Growth}\n');
    const nobody = { HEARTWOOD_URL: `http://127.0.0.1:${String(await closedPort())}` };
    const check = ['definitions', 'check', folder, '--offline'];
    const wrong = await runProcess(check, nobody);
    expect(wrong.code).toBe(EXIT.CHECK_FAILED);
    expect(wrong.data).toMatch(/^kpis\.yaml:2: error: .* Did you mean title\?$/mu);
    expect(wrong.notes).toContain('in 1 file.');
    await writeFile(path.join(folder, 'kpis.yaml'), 'goals:\n  - {id: growth, title: Growth}\n');
    const right = await runProcess([...check, '--json'], nobody);
    expect(right.code).toBe(EXIT.OK);
    expect(JSON.parse(right.data)).toMatchObject({
      data: [],
      meta: { files: 1, valid: true, definitions: 1 },
    });
    const absent = await runProcess([
      'definitions',
      'check',
      path.join(folder, 'none'),
      '--offline',
    ]);
    expect(absent.code).toBe(EXIT.USAGE);
    expect(absent.notes).toContain('there is no folder');
  });

  describe('definitions check --offline', () => {
    const makeFolder = async (text?: string): Promise<string> => {
      const folder = await mkdtemp(path.join(tmpdir(), 'heartwood-offline-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      if (text !== undefined) await writeFile(path.join(folder, 'goals.yaml'), text);
      return folder;
    };
    const check = (folder: string, ...more: string[]) =>
      runProcess(['definitions', 'check', folder, '--offline', ...more]);
    /** Has the server do something else in place of its work. */
    const instead = (script: string): Record<string, string> => {
      const whole = `if (process.argv[1]?.includes('heartwood-server')) ${script}`;
      return { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(whole)}"` };
    };

    test('tells all of many problems', async () => {
      const goals = Array.from({ length: 3000 }, (_, index) => `  - {id: g${String(index)}, x: 1}`);
      const { code, data } = await check(
        await makeFolder(`goals:\n${goals.join('\n')}\n`),
        '--json',
      );
      expect(code).toBe(EXIT.CHECK_FAILED);
      expect(data.length).toBeGreaterThan(300_000);
      expect((JSON.parse(data) as { data: unknown[] }).data).toHaveLength(3000);
    });

    test('takes one file, and refuses a folder without any', async () => {
      const file = path.join(await makeFolder('goals: [{id: growth}]'), 'goals.yaml');
      expect(await check(file)).toMatchObject({
        code: EXIT.OK,
        notes: '1 definition in 1 file.\n',
      });
      const empty = await check(await makeFolder());
      expect(empty.code).toBe(EXIT.USAGE);
      expect(empty.notes).toContain('there is no *.yaml');
    });

    test.each([
      ['process.kill(process.pid, "SIGKILL")', [], 'ended with SIGKILL'],
      ['process.stdout.write("{", () => process.exit(0))', [], 'an answer that cannot be read'],
      ['setInterval(() => {}, 1000)', ['--timeout', '50ms'], 'took more than 50 ms (--timeout)'],
    ])('where the server does %s it says so', async (script, more, words) => {
      const folder = await makeFolder('goals: [{id: growth}]');
      const args = ['definitions', 'check', folder, '--offline', ...more];
      const { code, notes } = await runProcess(args, instead(script));
      expect(notes).toContain(words);
      expect(code).toBe(EXIT.USAGE);
    });

    test('ends with the first Ctrl-C', async () => {
      const args = ['definitions', 'check', await makeFolder('goals: []'), '--offline'];
      const env = {
        ...process.env,
        ...instead('{ console.error("here"); setInterval(() => {}, 1000); }'),
      };
      const child = spawn(process.execPath, [BIN, ...args], { stdio: 'pipe', env });
      await new Promise((resolve) => {
        child.stderr.once('data', resolve);
      });
      child.kill('SIGINT');
      const code = await new Promise((resolve) => {
        child.on('close', resolve);
      });
      expect(code).toBe(EXIT.INTERRUPTED);
    });
  });

  test('prints data without colour into a pipe, as wide as they are', async () => {
    const { url } = await openTestServer(() => ({ body: FEATURES }));
    const { code, data, notes } = await runProcess(['list-features'], { HEARTWOOD_URL: url });
    expect(code).toBe(EXIT.OK);
    expect(data.split('\n')[0]).toContain('last seen');
    expect(data + notes).not.toContain('\u001B');
    expect(notes).not.toContain('next:');
  });

  test('COLUMNS gives a pipe a width', async () => {
    const { url } = await openTestServer(() => ({ body: FEATURES }));
    const { data } = await runProcess(['list-features', '--url', url], { COLUMNS: '50' });
    expect(Math.max(...data.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  test('a closed port ends with 4, the address and the remedy', async () => {
    const url = `http://127.0.0.1:${String(await closedPort())}`;
    const { code, data, notes } = await runProcess(['features', 'list', '--url', url]);
    expect({ code, data }).toEqual({ code: EXIT.UNREACHABLE, data: '' });
    expect(notes).toBe(
      `heartwood: ${url} cannot be reached: connection refused.\n  Start the server with npm start, or give its address with --url or HEARTWOOD_URL.\n`,
    );
  });

  test('a host without an address ends with 4', async () => {
    const { code, notes } = await runProcess([
      'features',
      'list',
      '--url',
      'http://nowhere.invalid',
    ]);
    expect(code).toBe(EXIT.UNREACHABLE);
    expect(notes).toMatch(/nowhere\.invalid cannot be reached: (no such host|the host name)/u);
  });

  test('a port that speaks another protocol ends with 1', async () => {
    const server = createServer((socket) => {
      socket.end('SSH-2.0-OpenSSH_9.6\r\n');
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { code, notes } = await runProcess([
      'list-features',
      '--url',
      `http://127.0.0.1:${String(port)}`,
    ]);
    expect(notes).toContain('does not speak HTTP');
    expect(code).toBe(EXIT.ERROR);
  });

  test('Ctrl-C ends a waiting call with 130 and no word', async () => {
    let arrived = (): void => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await openTestServer(() => {
      arrived();
      return undefined;
    });
    const child = spawn(process.execPath, [BIN, 'list-features', '--url', url], { stdio: 'pipe' });
    let words = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        words += text;
      });
    await asked;
    child.kill('SIGINT');
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect({ code, words }).toEqual({ code: EXIT.INTERRUPTED, words: '' });
  });

  test('a file under way is gone when the process is told to end', async () => {
    let arrived = (): void => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await openTestServer(() => {
      arrived();
      return undefined;
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'heartwood-cli-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const args = ['list-features', '--url', url, '--output', path.join(folder, 'a.csv')];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: 'ignore' });
    await asked;
    expect(await readdir(folder)).toHaveLength(1);
    child.kill('SIGTERM');
    const signal = await new Promise((resolve) => {
      child.on('close', (_code, endedBy) => resolve(endedBy));
    });
    expect(signal).toBe('SIGTERM');
    expect(await readdir(folder)).toEqual([]);
  });

  test('a reader that has enough (`| head -1`) ends it with 0 and no word', async () => {
    let pages = 0;
    const { url } = await openTestServer(() => {
      pages += 1;
      return { body: recordsPage(1000, String(pages)) };
    });
    const args = ['list-records', '--limit', '900000', '--format', 'ndjson', '--url', url];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: 'pipe' });
    let notes = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      notes += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect({ code, notes }).toEqual({ code: EXIT.OK, notes: '' });
    expect(pages).toBeLessThan(900);
  });

  test.skipIf(process.platform !== 'linux')(
    'a full disk under the output ends with 1',
    async () => {
      const { url } = await openTestServer(() => ({ body: FEATURES }));
      const full = await open('/dev/full', 'w');
      onTestFinished(() => full.close());
      const child = spawn(process.execPath, [BIN, 'list-features', '--url', url], {
        stdio: ['ignore', full.fd, 'pipe'],
      });
      let notes = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        notes += text;
      });
      const code = await new Promise((resolve) => {
        child.on('close', resolve);
      });
      expect(code).toBe(EXIT.ERROR);
      expect(notes).toContain('The output cannot be written: ENOSPC');
    },
  );

  test('without a build it says what to do', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'heartwood-cli-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(path.join(folder, 'bin'));
    const copy = path.join(folder, 'bin/heartwood.mjs');
    await copyFile(BIN, copy);
    const child = spawn(process.execPath, [copy, '--help'], { stdio: 'pipe' });
    let notes = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      notes += text;
    });
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect(code).toBe(EXIT.ERROR);
    expect(notes).toContain('npm run build');
  });
});
