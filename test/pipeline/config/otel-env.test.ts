import { expect } from 'chai';
import fc from 'fast-check';
import { consumeOtlpVariables, readOtelEnvironment } from '../../../pipeline/config/otel-env.ts';
import { formatProblem } from '../../../pipeline/config/problem.ts';

const warningsOf = (env: Record<string, string>) => readOtelEnvironment(env).warnings.map(formatProblem);
const otlpOf = (variables: Record<string, string>) =>
  readOtelEnvironment(
    Object.fromEntries(Object.entries(variables).map(([key, value]) => [`OTEL_EXPORTER_OTLP_${key}`, value])),
  ).otlp;

describe('the endpoint of the environment', () => {
  for (const [what, variables, url] of [
    ['gets the path for metrics', { ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/metrics'],
    ['gets it after a slash', { ENDPOINT: 'http://c:4318/' }, 'http://c:4318/v1/metrics'],
    ['gets it after a path', { ENDPOINT: 'https://c/otlp' }, 'https://c/otlp/v1/metrics'],
    ['gets it after a path with a slash', { ENDPOINT: 'https://c/otlp/' }, 'https://c/otlp/v1/metrics'],
    ['keeps its query', { ENDPOINT: 'https://c/otlp?tenant=a' }, 'https://c/otlp/v1/metrics?tenant=a'],
    ['is taken as it is for metrics', { METRICS_ENDPOINT: 'http://c:4318/x' }, 'http://c:4318/x'],
    ['for metrics goes first', { METRICS_ENDPOINT: 'http://m/x', ENDPOINT: 'http://c' }, 'http://m/x'],
    ['counts as unset when empty', { METRICS_ENDPOINT: ' ', ENDPOINT: 'http://c' }, 'http://c/v1/metrics'],
  ] as const) {
    it(what, () => {
      expect(otlpOf(variables).metricsUrl?.value).to.equal(url);
    });
  }

  it('is ignored with a warning where it is no URL', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' };
    expect(readOtelEnvironment(env).otlp.metricsUrl).to.equal(undefined);
    expect(warningsOf(env)).to.deep.equal([
      'OTEL_EXPORTER_OTLP_ENDPOINT: ignored: expected an http or https URL like http://127.0.0.1:4318',
    ]);
  });
});

describe('the settings of the environment', () => {
  for (const [variables, setting, value] of [
    [{ PROTOCOL: 'http/json' }, 'encoding', 'json'],
    [{ PROTOCOL: 'http/protobuf' }, 'encoding', 'proto'],
    [{ PROTOCOL: 'HTTP/JSON' }, 'encoding', 'json'],
    [{ PROTOCOL: 'grpc' }, 'encoding', 'proto'],
    [{ METRICS_PROTOCOL: 'http/json', PROTOCOL: 'http/protobuf' }, 'encoding', 'json'],
    [{ COMPRESSION: 'gzip' }, 'compression', 'gzip'],
    [{ METRICS_COMPRESSION: 'none', COMPRESSION: 'gzip' }, 'compression', 'none'],
    [{ TIMEOUT: '5000' }, 'timeoutMs', 5000],
    [{ METRICS_TIMEOUT: '1', TIMEOUT: '2' }, 'timeoutMs', 1],
    [{ CERTIFICATE: '/ca.pem' }, 'caFile', '/ca.pem'],
    [{ METRICS_CLIENT_CERTIFICATE: '/m.pem', CLIENT_CERTIFICATE: '/c.pem' }, 'certFile', '/m.pem'],
    [{ CLIENT_KEY: '/key.pem' }, 'keyFile', '/key.pem'],
    [{ METRICS_TEMPORALITY_PREFERENCE: 'Delta' }, 'temporality', 'delta'],
    [{ METRICS_TEMPORALITY_PREFERENCE: 'lowmemory' }, 'temporality', 'cumulative'],
    [{ TEMPORALITY_PREFERENCE: 'delta' }, 'temporality', undefined],
    [{}, 'compression', undefined],
  ] as const) {
    it(`with ${JSON.stringify(variables)} give ${setting} ${String(value)}`, () => {
      expect(otlpOf(variables)[setting]?.value).to.equal(value);
    });
  }

  for (const [variable, value, expected] of [
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'udp', 'ignored: expected one of http/protobuf, http/json, grpc'],
    ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'grpc', 'grpc is not supported: using http/protobuf'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', 'ignored: expected one of gzip, none'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', 'ignored: expected a number of milliseconds like 10000'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '0', 'ignored: expected a number of milliseconds like 10000'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-5', 'ignored: expected a number of milliseconds like 10000'],
    [
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
      'lowmemory',
      'lowmemory is taken for cumulative, which remembers nothing here',
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
      'constructor',
      'ignored: expected one of cumulative, delta, lowmemory',
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'key=%zz',
      'ignored: expected key=value pairs with commas between them, percent-encoded',
    ],
    [
      'OTEL_RESOURCE_ATTRIBUTES',
      'a=b,c',
      'ignored: expected key=value pairs with commas between them, percent-encoded',
    ],
  ] as const) {
    it(`warn about ${variable}=${value}`, () => {
      expect(warningsOf({ [variable]: value })).to.deep.equal([`${variable}: ${expected}`]);
    });
  }

  it('fall back on the general variable where the one for metrics is wrong', () => {
    expect(otlpOf({ METRICS_COMPRESSION: 'zstd', COMPRESSION: 'gzip' }).compression).to.deep.equal({
      value: 'gzip',
      variable: 'OTEL_EXPORTER_OTLP_COMPRESSION',
    });
  });

  it('hold the service, its attributes and the interval', () => {
    const env = readOtelEnvironment({
      OTEL_SERVICE_NAME: 'ebs',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.cluster.name=prod, team=a%2Cb%20c ,,x=',
      OTEL_METRIC_EXPORT_INTERVAL: '30000',
    });
    expect(env.serviceName).to.equal('ebs');
    expect(env.resourceAttributes).to.deep.equal({ 'k8s.cluster.name': 'prod', team: 'a,b c', x: '' });
    expect(env.metricExportIntervalMs?.value).to.equal(30_000);
    expect(env.warnings).to.deep.equal([]);
  });
});

describe('headers of the environment', () => {
  it('are decoded, and may hold equals signs', () => {
    expect(otlpOf({ HEADERS: 'authorization=Basic%20YWI6Yw==,api-key=k' }).headers?.value).to.deep.equal({
      authorization: 'Basic YWI6Yw==',
      'api-key': 'k',
    });
  });

  it('survive the way through a variable, whatever they hold', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 4 }), (headers) => {
        const encoded = Object.entries(headers)
          .map((pair) => pair.map(encodeURIComponent).join('='))
          .join(',');
        expect(otlpOf({ HEADERS: encoded }).headers?.value ?? {}).to.deep.equal({ ...headers });
      }),
    );
  });

  it('never show in a warning', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        const warnings = warningsOf({ OTEL_EXPORTER_OTLP_HEADERS: `api-key=topsecret,${noise}%` });
        expect(warnings.join('\n'))
          .to.match(/ignored/)
          .and.not.include('topsecret');
      }),
    );
  });
});

describe('reading the environment', () => {
  it('never throws', () => {
    const names = ['ENDPOINT', 'METRICS_ENDPOINT', 'HEADERS', 'TIMEOUT', 'PROTOCOL', 'COMPRESSION'];
    const variable = fc.constantFrom(
      ...names.map((name) => `OTEL_EXPORTER_OTLP_${name}`),
      'OTEL_RESOURCE_ATTRIBUTES',
    );
    fc.assert(
      fc.property(fc.dictionary(variable, fc.string({ unit: 'binary' })), (env) => {
        expect(readOtelEnvironment(env).warnings).to.be.an('array');
      }),
    );
  });

  it('can be followed by taking away what the exporters of the SDK would read', () => {
    const env: Record<string, string | undefined> = {
      OTEL_EXPORTER_OTLP_HEADERS: 'k=v',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c',
      OTEL_SERVICE_NAME: 'ebs',
      PATH: '/bin',
    };
    consumeOtlpVariables(env);
    expect(env).to.deep.equal({ OTEL_SERVICE_NAME: 'ebs', PATH: '/bin' });
  });
});
