/** The built pages in a real browser, behind the policy of the real server. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOSTILE_NAMES, SAMPLES, TRACE_ID } from './testing/answers.ts';
import { operationsOf } from './testing/operation-answers.ts';
import { LAYOUT, UNDISTURBED } from './testing/layout.ts';
import { type PageServer, type Scenario, openPageServer } from './testing/server.ts';

const CHROMIUM = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== undefined && existsSync(file));

/** A browser on a busy machine may take seconds. */
const EVENTUALLY = { timeout: 20_000 };

describe.skipIf(CHROMIUM === undefined)(
  'dashboard in Chromium (skipped: no chromium, see CHROMIUM_PATH)',
  () => {
    let folder: string;
    let browser: Browser;
    let server: PageServer;
    let page: Page;
    /** What the browser complained about: console errors, exceptions, policy violations. */
    let complaints: string[];

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'heartwood-dashboard-'));
      await build({
        configFile: path.resolve(import.meta.dirname, '../vite.config.ts'),
        build: { outDir: folder, emptyOutDir: true },
        logLevel: 'error',
      });
      browser = await chromium.launch({
        executablePath: CHROMIUM ?? '',
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
    }, 60_000);

    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    });

    beforeEach(async () => {
      server = await openPageServer(folder);
      complaints = [];
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
    });

    afterEach(async () => {
      await page.close();
      await server.close();
    });

    const open = async (hash = '', scenario: Scenario = {}): Promise<void> => {
      Object.assign(server.scenario, scenario);
      await page.goto(`${server.url}${hash}`);
    };
    const names = (): Promise<string[]> => page.locator('.features tbody th').allInnerTexts();
    const rowOf = (name: string) =>
      page.locator('.features tbody tr').filter({ has: page.getByText(name, { exact: true }) });

    test('the table shows the numbers of the answers', async () => {
      await open();
      await rowOf('checkout').waitFor();
      const cells = await rowOf('checkout').locator('td').allInnerTexts();
      expect(cells.slice(0, 10)).toEqual([
        'web interface',
        '2,204',
        '1,102',
        '1,543',
        '91.8 %',
        '684 ms',
        '1.85 s',
        '3.49 s',
        '0.59',
        'acceptable',
      ]);
      expect(await rowOf('checkout').locator('.rate .value').getAttribute('title')).toContain(
        '2,024 of 2,204 runs',
      );
      expect(await page.locator('.tile').first().innerText()).toContain('117,430');
      expect(await page.title()).toBe('Features · Heartwood');
      expect(complaints).toEqual([]);
    });

    test('a click on a head orders the rows and says so', async () => {
      await open();
      const head = page.locator('th', { has: page.getByRole('button', { name: 'p95' }) });
      await head.getByRole('button').click();
      await expect.poll(async () => (await names())[0], EVENTUALLY).toContain('<script>');
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      expect(page.url()).toContain('sort=-p95Ms');
      await head.getByRole('button').click();
      await expect.poll(async () => (await names())[0], EVENTUALLY).toBe('price.sync');
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
    });

    test('the range, the filters and the search stand in the address and come back with it', async () => {
      await open();
      await page.getByRole('button', { name: '7 d' }).click();
      await page.getByLabel('Category').selectOption('web_interface');
      await expect
        .poll(
          () =>
            server.asked.some(
              (url) => url.includes('/features?') && url.includes('category=web_interface'),
            ),
          EVENTUALLY,
        )
        .toBe(true);
      await page.keyboard.press('Escape');
      await page.locator('h2').first().click();
      await page.keyboard.press('/');
      await page.keyboard.type('cart');
      await expect.poll(names, EVENTUALLY).toEqual(['cart.add']);
      const url = page.url();
      expect(url).toContain('since=7d');
      expect(url).toContain('category=web_interface');
      expect(url).toContain('q=cart');
      await page.goto('about:blank');
      await page.goto(url);
      await expect.poll(names, EVENTUALLY).toEqual(['cart.add']);
      expect(await page.getByRole('button', { name: '7 d' }).getAttribute('aria-pressed')).toBe(
        'true',
      );
      expect(complaints).toEqual([]);
    });

    test('tiles, chart and table are asked over the same bounds', async () => {
      await open();
      await rowOf('checkout').waitFor();
      const bounds = ['/api/v1/features?', '/api/v1/usage?', '/api/v1/services?'].map((path) => {
        const { searchParams } = new URL(
          server.asked.find((url) => url.startsWith(path)) ?? '',
          server.url,
        );
        return `${String(searchParams.get('from'))} ${String(searchParams.get('to'))}`;
      });
      expect(new Set(bounds).size).toBe(1);
      expect(bounds[0]).toMatch(/^\d{4}-/u);
    });

    test('hostile names are shown as text and do nothing', async () => {
      await open();
      await rowOf('checkout').waitFor();
      const shown = await names();
      expect(shown).toContain(HOSTILE_NAMES[0]);
      expect(shown).toContain('safe⟨202E⟩gnp.exe');
      await page.getByText(HOSTILE_NAMES[0], { exact: true }).click();
      await expect
        .poll(() => page.locator('h1').allInnerTexts(), EVENTUALLY)
        .toEqual([HOSTILE_NAMES[0]]);
      await page.goto(`${server.url}#/traces/${TRACE_ID}`);
      await page.locator('.waterfall').waitFor();
      expect(await page.locator('.waterfall').innerText()).toContain('<svg onload=');
      expect(await page.evaluate('window.injected')).toBeUndefined();
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    test.each(HOSTILE_NAMES.map((name) => [name.slice(0, 20), name] as const))(
      'a name disturbs neither its neighbours nor what is read aloud: %j',
      async (_start, name) => {
        await open();
        await rowOf('checkout').waitFor();
        expect(await page.evaluate(LAYOUT)).toEqual(UNDISTURBED);
        await page.goto(`${server.url}#/features/${encodeURIComponent(name)}`);
        await page.getByRole('heading', { name: 'Latest runs' }).waitFor();
        expect(await page.evaluate(LAYOUT)).toEqual(UNDISTURBED);
        expect((await page.locator('h1').boundingBox())?.height).toBeLessThan(120);
        expect(await page.evaluate('window.injected')).toBeUndefined();
        expect(await page.locator('main img, main script').count()).toBe(0);
        expect(complaints).toEqual([]);
      },
    );

    test('S4-80: a feature leads to its page, an error to its trace, a span to its attributes', async () => {
      await open();
      await page.getByRole('link', { name: 'checkout', exact: true }).click();
      await page.getByRole('region', { name: 'Errors by type' }).getByRole('link').first().click();
      await page.getByRole('button', { name: 'charge', exact: true }).click();
      expect(await page.locator('.detail').innerText()).toContain('9223372036854775807');
      expect(complaints).toEqual([]);
    });

    test('S0-71: a chart has the same values as a table', async () => {
      await open();
      await page.getByRole('button', { name: 'Table' }).click();
      const rows = page.getByRole('region', { name: /^Runs per/u }).locator('tbody tr');
      await expect.poll(() => rows.count(), EVENTUALLY).toBeGreaterThan(20);
      expect(await rows.last().innerText()).toContain('not complete');
    });

    test('dragging over the chart looks at that time', async () => {
      await open();
      const box = await page.locator('.plot svg').boundingBox();
      await page.mouse.move((box?.x ?? 0) + 400, (box?.y ?? 0) + 80);
      await page.mouse.down();
      await page.mouse.move((box?.x ?? 0) + 600, (box?.y ?? 0) + 80);
      await page.mouse.up();
      await expect.poll(() => page.url(), EVENTUALLY).toMatch(/from=2.*&to=2/u);
    });

    test('nothing received, nothing mapped, nothing in the range and no such feature are told apart', async () => {
      await open('', { state: 'empty' });
      await page.getByText('Waiting for the first span').waitFor();
      expect(await page.locator('pre').first().innerText()).toContain('http://127.0.0.1:14318');
      await open('#/?since=1h', { state: 'spans' });
      await page.reload();
      await page.getByText('none is a run of a feature').waitFor();
      await open('#/?since=7d', { state: 'outside' });
      await page.reload();
      await page.getByText('No runs in this range').waitFor();
      await open('#/features/chekout', { state: 'full' });
      await page.getByText('No such feature').waitFor();
      await page.getByRole('link', { name: 'checkout' }).click();
      await page.locator('h1', { hasText: 'checkout' }).waitFor();
    });

    test('the foot leads to what became of every record, with the reasons', async () => {
      await open();
      await page.getByRole('link', { name: 'System' }).click();
      const cells = page.getByRole('region', { name: 'Records by signal' }).locator('tbody td');
      await cells.first().waitFor();
      expect((await cells.allInnerTexts()).slice(0, 7)).toEqual([
        '1,285,520',
        '1,284,220',
        '12',
        '0',
        '1,024',
        '0',
        '264',
      ]);
      const reasons = page.getByRole('region', { name: 'Reasons' }).locator('tbody tr');
      await reasons.first().waitFor();
      expect((await reasons.allInnerTexts())[0]).toMatch(/the span id is missing or zero\s+12/u);
      expect(await page.title()).toBe('System · Heartwood');
      expect(complaints).toEqual([]);
    });

    test('S0-70 S2-120 what is running now stands on its page and moves with it, the worst first', async () => {
      await open('#/operations');
      const rows = page.getByRole('region', { name: 'Under way' }).locator('tbody tr');
      await rows.first().waitFor();
      const texts = (): Promise<string[]> => rows.allInnerTexts();
      expect((await texts())[0]).toMatch(
        /prices\.sync\s+stalled\s+15\.0 % 3 of 20 files\s+–.*alive, but at 3 of 20 files.* · waiting for the lock/su,
      );
      const isWhole = (
        cell: Record<`${'scroll' | 'client'}${'Width' | 'Height'}`, number>,
      ): boolean => cell.scrollWidth <= cell.clientWidth && cell.scrollHeight <= cell.clientHeight;
      expect(await rows.first().locator('.said span').first().evaluate(isWhole)).toBe(true);
      expect(await page.locator('.title').innerText()).toContain(
        '3 operations under way · 1 stalled',
      );
      expect(await page.evaluate(LAYOUT)).toEqual(UNDISTURBED);
      const [stuck, good] = operationsOf(Date.now());
      if (stuck === undefined || good === undefined) throw new Error('no operations');
      server.tell({
        event: 'operation',
        id: undefined,
        data: [{ ...good, health: 'lost', current: 700, fraction: 0.7 }],
      });
      await expect.poll(async () => (await texts())[0], EVENTUALLY).toMatch(/lost\s+70\.0 % 700/u);
      server.tell({ event: 'gone', id: undefined, data: [{ id: stuck.id, outcome: 'success' }] });
      await expect.poll(texts, EVENTUALLY).toHaveLength(2);
      expect(complaints).toEqual([]);
      // The connection breaks: what was seen stays, and the list comes anew.
      server.scenario.failure = 'internal';
      server.tell();
      await page.getByText('The connection broke off').waitFor();
      expect(await rows.count()).toBe(2);
      delete server.scenario.failure;
      await expect.poll(texts, EVENTUALLY).toHaveLength(3);
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await open('#/operations', { state: 'empty' });
      await page.reload();
      await page.getByText('Nothing is under way').waitFor();
    });

    test('S3-112 what is wrong with the server stands on its page, with the remedy', async () => {
      await open('#/system');
      const health = page.getByRole('region', { name: 'Health', exact: true });
      expect(await health.innerText()).toContain('1 check of 3 passed');
      expect(await health.locator('tbody tr').allInnerTexts()).toEqual([
        expect.stringMatching(/dead_letters\s+fail\s+3 requests .*\s+Run `heartwood recover`/u),
        expect.stringMatching(/backup\.age\s+unknown/u),
      ]);
    });

    test('a server that stops answering leaves the numbers in place and says so', async () => {
      await open();
      await rowOf('checkout').waitFor();
      server.scenario.failure = 'cut';
      await page.keyboard.press('r');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toContain('SERVER_UNREACHABLE');
      expect(await names()).toHaveLength(SAMPLES.length);
      delete server.scenario.failure;
      await page.keyboard.press('r');
      await page.getByRole('alert').waitFor({ state: 'detached' });
    });

    test('a protected server is opened with its token, which leaves no trace in the address or on disk', async () => {
      await open('', { token: 'secret-1' });
      await page.getByLabel('Read token').fill('wrong');
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByText('was not accepted').waitFor();
      await page.getByLabel('Read token').fill('secret-1');
      await page.getByRole('button', { name: 'Open' }).click();
      await rowOf('checkout').waitFor();
      expect(page.url()).not.toContain('secret');
      expect(await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).toBe(
        '{}',
      );
    });

    test('the numbers are renewed until they are paused', async () => {
      // Asked once each time.
      const times = (): number => server.asked.filter((url) => url === '/api/v1/system').length;
      await page.clock.install();
      await open('#/?since=1h');
      await rowOf('checkout').waitFor();
      const first = times();
      await page.clock.runFor(6000);
      await expect.poll(times, EVENTUALLY).toBeGreaterThan(first);
      await page.keyboard.press('p');
      await page.getByText('paused').waitFor();
      const paused = times();
      await page.clock.fastForward(60_000);
      expect(times()).toBe(paused);
      await page.keyboard.press('p');
      await expect.poll(times, EVENTUALLY).toBeGreaterThan(paused);
    });

    test('the keys open the help and lead home', async () => {
      await open('#/features/checkout');
      await page.locator('h1').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      // A machine under load may take longer between the two than a pair of keys may.
      await expect
        .poll(async () => {
          await page.keyboard.press('g');
          await page.keyboard.press('f');
          return page.url();
        }, EVENTUALLY)
        .toMatch(/#\/$/u);
      await rowOf('checkout').waitFor();
    });
  },
);
