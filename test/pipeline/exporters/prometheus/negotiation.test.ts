import { expect } from 'chai';
import {
  openMetricsFormat,
  textFormat,
} from '../../../../pipeline/exporters/prometheus/exposition-format.ts';
import { acceptsGzip, negotiateFormat } from '../../../../pipeline/exporters/prometheus/negotiation.ts';

const prometheus2 =
  'application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.25,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('negotiating the format', () => {
  const text: readonly (readonly [string, string | undefined])[] = [
    ['no Accept', undefined],
    ['an empty Accept', ''],
    ['curl', '*/*'],
    ['a browser', browser],
    ['text by name', 'text/plain'],
    ['text of this version', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text liked better', 'application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=0.9'],
    ['OpenMetrics refused', 'application/openmetrics-text;version=1.0.0;q=0'],
    ['another version of OpenMetrics', 'application/openmetrics-text;version=0.0.1'],
    ['neither', 'application/json'],
    [
      'protobuf first',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;q=0.9,text/plain;q=0.3',
    ],
    ['nonsense', ';;,,q=;=/'],
    ['nonsense for a quality', 'application/openmetrics-text;q=much'],
  ];
  for (const [who, accept] of text) {
    it(`gives text to ${who}`, () => expect(negotiateFormat(accept)).to.equal(textFormat));
  }

  const openMetrics: readonly (readonly [string, string])[] = [
    ['Prometheus 2', prometheus2],
    ['Prometheus 3', prometheus3],
    ['who names it alone', 'application/openmetrics-text'],
    ['who names both', 'text/plain, application/openmetrics-text; version=1.0.0'],
    ['who writes it in capitals', 'Application/OpenMetrics-Text; Version="1.0.0"'],
    ['who likes it better', 'text/plain;q=0.2,application/openmetrics-text;q=0.3'],
  ];
  for (const [who, accept] of openMetrics) {
    it(`gives OpenMetrics to ${who}`, () => expect(negotiateFormat(accept)).to.equal(openMetricsFormat));
  }
});

describe('negotiating compression', () => {
  const cases: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['gzip, deflate, br', true],
    ['deflate', false],
    ['*', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['gzip;q=0.001', true],
    ['identity', false],
  ];
  for (const [header, expected] of cases) {
    it(`${expected ? 'compresses' : 'does not compress'} for ${JSON.stringify(header)}`, () =>
      expect(acceptsGzip(header)).to.equal(expected));
  }
});
