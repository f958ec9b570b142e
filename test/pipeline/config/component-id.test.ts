import { expect } from 'chai';
import { parseComponentId } from '../../../pipeline/config/component-id.ts';

describe('the id of a component', () => {
  it('is a type, or a type and a name', () => {
    expect(parseComponentId('nvme')).to.deep.equal({ id: 'nvme', type: 'nvme' });
    expect(parseComponentId('otlphttp/grafana.net-1')).to.deep.equal({
      id: 'otlphttp/grafana.net-1',
      type: 'otlphttp',
    });
  });

  it('has one spelling, also where its type has several', () => {
    const aliases = { otlp_http: 'otlphttp' };
    expect(parseComponentId('otlp_http/a', aliases)).to.deep.equal({ id: 'otlphttp/a', type: 'otlphttp' });
    expect(parseComponentId('constructor', aliases)).to.deep.equal({
      id: 'constructor',
      type: 'constructor',
    });
  });

  for (const text of ['', '/', 'nvme/', '/a', 'a/b/c', 'a b', '1a', 'a/b c', 'a/b\n', 'a/b=c']) {
    it(`cannot be ${JSON.stringify(text)}`, () => {
      expect(parseComponentId(text)).to.equal(undefined);
    });
  }
});
