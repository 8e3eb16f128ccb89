/** Log lines: levels, formats, files that rotate, and what leaves. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installOutlets } from '../../testing/outlets.ts';
import { LogManager, type LoggingConfig } from './log-manager.ts';

const outlets = installOutlets();
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'heartwood-logs-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
  outlets.takeEvents();
});

const read = (name: string): string => readFileSync(path.join(directory, name), 'utf8');
const managerOf = (config: LoggingConfig = {}): LogManager =>
  new LogManager({ directory, ...config });

describe('a log manager', () => {
  it('S0-30, S0-31: gives loggers by name, the same for the same name', () => {
    const manager = managerOf();
    const logger = manager.getLogger('parser');
    expect(manager.getLogger('parser')).toBe(logger);
    expect(logger).toMatchObject({ name: 'parser', level: 'INFO' });
  });

  it('S0-40: a logger may have a configuration of its own', () => {
    const manager = managerOf({ level: 'ERROR', format: '%(message)s' });
    const own = manager.getLogger('own', { level: 'DEBUG' });
    own.debug('heard');
    manager.getLogger('other').debug('unheard');
    manager.cleanup();
    expect(own.level).toBe('DEBUG');
    expect(read('own.log')).toBe('heard\n');
    expect(existsSync(path.join(directory, 'other.log'))).toBe(false);
  });

  it('S0-34: tells all loggers', () => {
    const manager = managerOf();
    const [a, b] = [manager.getLogger('a'), manager.getLogger('b')];
    expect(manager.getAllLoggers()).toEqual({ a, b });
  });

  it('S0-32: writes what waits and forgets the loggers; files stay', () => {
    const manager = managerOf();
    manager.getLogger('a').info('last words');
    expect(existsSync(path.join(directory, 'a.log'))).toBe(false);
    manager.cleanup();
    expect(read('a.log')).toContain('last words');
    expect(manager.getAllLoggers()).toEqual({});
  });

  it('S0-33: rotates on request; what is empty stays', () => {
    const manager = managerOf();
    manager.getLogger('a').info('first');
    manager.getLogger('b');
    manager.rotateLogs();
    manager.getLogger('a').info('second');
    manager.rotateLogs();
    expect(readdirSync(directory).toSorted()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
    expect(read('a.log.1')).toContain('second');
    expect(read('a.log.2')).toContain('first');
  });

  it('S0-37, S0-38: rotates at 1 MiB and keeps five', () => {
    const manager = managerOf();
    for (let i = 0; i < 16; i++) {
      manager.getLogger('big').info('word '.repeat(120_000));
      manager.cleanup();
    }
    const files = readdirSync(directory).toSorted();
    expect(files).toEqual(['big.log', ...[1, 2, 3, 4, 5].map((i) => `big.log.${i}`)]);
    for (const file of files) expect(read(file).length).toBeLessThanOrEqual(1_048_576);
  });

  it('S0-53: tells how large the files are', () => {
    const manager = managerOf({ format: '%(message)s' });
    manager.getLogger('a').info('12345');
    manager.getLogger('b');
    expect(manager.getLogSizes()).toEqual({ a: 0, b: 0 });
    manager.rotateLogs();
    manager.getLogger('a').info('12');
    const logger = manager.getLogger('a');
    logger.info('3');
    expect(managerOf().getLogSizes()).toEqual({});
    manager.cleanup();
    const again = managerOf();
    again.getLogger('a');
    expect(again.getLogSizes()).toEqual({ a: 5 });
  });
});

describe('combined files', () => {
  it('S2-70, S2-71, S2-72: have all lines, those of a component, and those of errors', () => {
    const manager = new LogManager({ directory, combined: true, format: '%(name)s %(message)s' });
    manager.getLogger('sync').info('started', { batch: 3 });
    manager.getLogger('sync').error('broken');
    manager.getLogger('sync').critical('lost');
    manager.getLogger('api').warning('slow');
    manager.cleanup();
    expect(read('main.log')).toBe('sync started {"batch":3}\nsync broken\nsync lost\napi slow\n');
    expect(read('sync.log')).toBe('sync started {"batch":3}\nsync broken\nsync lost\n');
    expect(read('errors.log')).toBe('sync broken\nsync lost\n');
    manager.rotateLogs();
    expect(read('errors.log.1')).toBe('sync broken\nsync lost\n');
  });
});

describe('a logger', () => {
  it('S0-35, S0-36, S0-52: takes lines of its level and above', () => {
    const manager = managerOf({ level: 'DEBUG', format: '%(levelname)s %(message)s' });
    const quiet = manager.getLogger('quiet', { level: 'ERROR' });
    for (const logger of [manager.getLogger('all'), quiet]) {
      logger.debug('d');
      logger.info('i');
      logger.warning('w');
      logger.error('e');
      logger.critical('c');
    }
    manager.cleanup();
    expect(read('all.log')).toBe('DEBUG d\nINFO i\nWARNING w\nERROR e\nCRITICAL c\n');
    expect(read('quiet.log')).toBe('ERROR e\nCRITICAL c\n');
    expect(
      outlets
        .takeEvents()
        .map(({ attributes, severity }) => [attributes['feature.component'], severity]),
    ).toEqual([
      ['all', 5],
      ['all', 9],
      ['all', 13],
      ['all', 17],
      ['all', 21],
      ['quiet', 17],
      ['quiet', 21],
    ]);
  });

  it('S0-39: writes time, name, level and message; facts as JSON behind', () => {
    const manager = managerOf();
    manager.getLogger('parser').info('done', { files: 3, password: 'hunter22' });
    manager.cleanup();
    const line = read('parser.log');
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z - parser - INFO - done \{"files":3.*\}\n$/);
    expect(line).not.toContain('hunter22');
    const custom = managerOf({ format: '[%(levelname)s] %(unknown)s %(message)s %%' });
    custom.getLogger('odd').error('m');
    custom.cleanup();
    expect(read('odd.log')).toBe('[ERROR] %(unknown)s m %%\n');
  });

  it('S0-52: is a line without an event name for OpenTelemetry, with its facts', () => {
    new LogManager().getLogger('parser').error('no good', { file: 'a.txt' });
    const [event] = outlets.takeEvents();
    expect(event).toMatchObject({
      eventName: '',
      body: 'no good',
      severity: 17,
      attributes: { 'feature.component': 'parser', file: 'a.txt' },
    });
  });

  it('writes one line for a message of several, and no file outside of its folder', () => {
    const manager = managerOf({ format: '%(message)s' });
    manager.getLogger('../../evil').info('a\nERROR forged\r\nb');
    manager.cleanup();
    expect(readdirSync(directory)).toEqual(['__.._evil.log'].map((name) => name));
    expect(read('__.._evil.log')).toBe('a\\nERROR forged\\r\\nb\n');
  });

  it('harms nobody when the disk takes nothing, and says so', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    writeFileSync(path.join(directory, 'file'), '');
    const manager = managerOf({ directory: path.join(directory, 'file', 'inside') });
    manager.getLogger('a').info('lost');
    manager.getLogger('a').info(undefined as never, null as never);
    expect(() => manager.cleanup()).not.toThrow();
    expect(warned.mock.calls.flat().join()).toContain('cannot be written');
    warned.mockRestore();
  });
});
