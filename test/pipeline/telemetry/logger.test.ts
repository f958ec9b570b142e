import { expect } from 'chai';
import fc from 'fast-check';
import { createLogger, logLevels, type LogSettings } from '../../../pipeline/telemetry/logger.ts';

function logTo(options: Partial<LogSettings> & { readonly color?: boolean } = {}) {
  const { level = 'debug', encoding = 'json', color = false } = options;
  const lines: string[] = [];
  const settings = { level, encoding };
  const logger = createLogger({
    settings: () => settings,
    write: (line) => lines.push(line),
    now: () => new Date(Date.UTC(2026, 10, 21, 8, 7, 6, 5)),
    color,
  });
  return { logger, lines, settings };
}

describe('the log', () => {
  it('is a line of JSON an event', () => {
    const { logger, lines } = logTo();
    logger.info('volume attached', { volume: 'vol-1', size: 3, note: undefined });
    expect(lines).to.deep.equal([
      '{"ts":"2026-11-21T08:07:06.005Z","level":"info","msg":"volume attached","volume":"vol-1","size":3}\n',
    ]);
  });

  it('is lines for people where it is to be, values with blanks in quotes', () => {
    const { logger, lines } = logTo({ encoding: 'console' });
    logger.warn('last push failed', {
      to: 'localhost:4318',
      reason: 'connection refused',
      after_ms: 10,
      code: undefined,
    });
    logger.error('stopped');
    expect(lines).to.deep.equal([
      '08:07:06.005 WARN  last push failed  to=localhost:4318 reason="connection refused" after_ms=10\n',
      '08:07:06.005 ERROR stopped\n',
    ]);
  });

  it('quotes for people what could be mistaken for something else', () => {
    const { logger, lines } = logTo({ encoding: 'console' });
    logger.info('x', { a: '', b: 'c=d', e: 'say "hi"', f: ['g'], h: null });
    expect(lines).to.deep.equal(['08:07:06.005 INFO  x  a="" b="c=d" e="say \\"hi\\"" f=["g"] h=null\n']);
  });

  it('has colors where they were asked for, and none otherwise', () => {
    const { logger, lines } = logTo({ encoding: 'console', color: true });
    logger.error('stopped', { code: 3 });
    expect(lines).to.deep.equal([
      '08:07:06.005 \u001b[31mERROR\u001b[0m stopped  \u001b[90mcode=3\u001b[0m\n',
    ]);
  });

  it('says of errors what they say', () => {
    for (const encoding of ['json', 'console'] as const) {
      const { logger, lines } = logTo({ encoding });
      logger.error('cannot read', { error: new Error('no such device') });
      expect(lines.join()).to.include('"no such device"').and.to.not.include('at ');
    }
  });

  it('leaves out what is less important than its level', () => {
    for (const [index, level] of logLevels.entries()) {
      const { logger, lines } = logTo({ level });
      for (const each of logLevels) logger[each](each);
      const said = lines.map((line) => JSON.parse(line) as { level: string; msg: string });
      expect(said.map(({ msg }) => msg)).to.deep.equal(logLevels.slice(index));
      for (const line of said) expect(line.level).to.equal(line.msg);
    }
  });

  it('is as it is set to be at each event, for all that it was given to', () => {
    const { logger, lines, settings } = logTo({ level: 'warn' });
    const nested = logger.with({ component: 'nvme' });
    nested.info('not said');
    settings.level = 'info';
    settings.encoding = 'console';
    nested.info('said');
    expect(lines).to.deep.equal(['08:07:06.005 INFO  said  component=nvme\n']);
  });

  it('adds the fields of whom it was given to, which the event may say otherwise', () => {
    const { logger, lines } = logTo();
    const nested = logger.with({ component: 'otlphttp', host: 'a' }).with({ host: 'b' });
    nested.info('one', { component: 'two' });
    logger.info('none');
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
      { ts: '2026-11-21T08:07:06.005Z', level: 'info', msg: 'one', component: 'two', host: 'b' },
      { ts: '2026-11-21T08:07:06.005Z', level: 'info', msg: 'none' },
    ]);
  });

  it('is one line an event whatever is in its fields', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('json', 'console'),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (encoding, text) => {
          const { logger, lines } = logTo({ encoding });
          logger.info('event', { field: text, error: new Error(text) });
          const [line, ...others] = lines;
          expect(others).to.deep.equal([]);
          expect(line).to.match(/^[^\n]*\n$/);
          if (encoding === 'json') expect(JSON.parse(line ?? '')).to.include({ field: text, error: text });
        },
      ),
    );
  });

  it('follows its settings as they change', () => {
    const lines: string[] = [];
    let settings: LogSettings = { level: 'error', encoding: 'json' };
    const logger = createLogger({
      settings: () => settings,
      write: (line) => lines.push(line),
      now: () => new Date(0),
    });
    const component = logger.with({ component: 'nvme' });
    component.info('unheard');
    settings = { level: 'debug', encoding: 'console' };
    component.info('heard');
    expect(lines).to.deep.equal(['00:00:00.000 INFO  heard  component=nvme\n']);
  });
});
