import { diag } from '@opentelemetry/api';
import { expect } from 'chai';
import { installDiag } from '../../../pipeline/telemetry/diag.ts';
import { recordLog } from '../../fixtures/component-context.ts';

describe('what the SDK says of itself', () => {
  const { logger, lines } = recordLog();
  beforeEach(() => {
    lines.length = 0;
    installDiag(logger);
  });
  afterEach(() => diag.disable());

  it('goes into the log from warnings on', () => {
    diag.debug('items to be sent', {});
    diag.info('retrying');
    diag.warn('duplicate instrument', { name: 'a' });
    diag
      .createComponentLogger({ namespace: 'exporter' })
      .error('broken', new Error('why'), new Uint8Array(3));
    expect(lines.map(({ level, msg }) => ({ level, msg }))).to.deep.equal([
      { level: 'warn', msg: 'opentelemetry: duplicate instrument {"name":"a"}' },
      { level: 'error', msg: 'opentelemetry: exporter broken why (3 bytes)' },
    ]);
  });

  it('is a warning once and then at debug', () => {
    diag.warn('again');
    diag.warn('again');
    expect(lines.map(({ level }) => level)).to.deep.equal(['warn', 'debug']);
  });
});
