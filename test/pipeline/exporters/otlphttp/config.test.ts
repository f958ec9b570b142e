import { expect } from 'chai';
import { metricsUrl, otlpHttpSchema } from '../../../../pipeline/exporters/otlphttp/config.ts';
import { parseWith } from '../../config/parsing.ts';
import { defaults } from './setup.ts';

const parse = (text: string) => parseWith(otlpHttpSchema, text);

describe('the configuration of an otlphttp exporter', () => {
  it('needs an endpoint and has a default for all else', async () => {
    expect(await parse('endpoint: https://otlp.example.com:4318')).to.deep.equal({
      value: { ...defaults, endpoint: 'https://otlp.example.com:4318' },
    });
    expect(await parse('encoding: json')).to.deep.equal({
      problems: [
        'f.yaml:1:1: exporter x: "endpoint" is missing: expected an http or https URL like https://otlp.example.com:4318',
      ],
    });
  });

  it('names every mistake at once', async () => {
    const text = [
      'endpoint: otlp.example.com:4318',
      'encoding: protobuf',
      'interval: 50ms',
      'max_request_body_size: 1KiB',
      'headers: { "a b": x }',
      'tls: { cert_file: /client.pem }',
      'sending_queue: { storage: queue, num_consumers: 4 }',
      'retry_on_failure: { max_interval: 1s }',
      'temporality: lowmemory',
    ].join('\n');
    expect(await parse(text)).to.deep.equal({
      problems: [
        'f.yaml:1:11: endpoint: expected an http or https URL like https://otlp.example.com:4318 but received "otlp.example.com:4318": did you mean http://otlp.example.com:4318?',
        'f.yaml:2:11: encoding: expected one of proto, json but received "protobuf"',
        'f.yaml:4:24: max_request_body_size: expected at least 16KiB but received 1KiB',
        'f.yaml:5:10: headers: "a b" cannot be the name of a header',
        'f.yaml:3:11: interval: expected at least 100ms but received 50ms',
        'f.yaml:9:14: temporality: expected one of cumulative, delta but received "lowmemory"',
        'f.yaml:7:34: unknown key "num_consumers" in sending_queue of exporter x: requests go one at a time, so that readings arrive in order: remove it',
        'f.yaml:7:27: sending_queue.storage: expected an absolute path like /var/lib/ebs-nvme-collector but received "queue"',
        'f.yaml:8:35: retry_on_failure: max_interval must not be less than initial_interval',
        'f.yaml:6:19: tls: key_file is missing: cert_file and key_file go together',
      ],
    });
  });

  it('refuses a header with a line break without showing it', async () => {
    const outcome = await parse('endpoint: http://localhost:4318\nheaders: { authorization: "secret\\n" }');
    expect(outcome).to.deep.equal({
      problems: [
        'f.yaml:2:27: headers.authorization: expected one line of text (a header cannot hold a line break)',
      ],
    });
  });

  it('hides headers when it is printed', async () => {
    const config = { ...defaults, endpoint: 'http://localhost:4318', headers: { authorization: 'secret' } };
    expect(JSON.stringify(otlpHttpSchema.show(config))).not.to.contain('secret');
  });

  it('adds /v1/metrics to the endpoint and nothing to the metrics endpoint', () => {
    const url = (endpoint?: string, metrics_endpoint?: string) =>
      metricsUrl({ endpoint, metrics_endpoint }).href;
    expect(url('http://localhost:4318')).to.equal('http://localhost:4318/v1/metrics');
    expect(url('http://localhost:4318/otlp/')).to.equal('http://localhost:4318/otlp/v1/metrics');
    expect(url('http://localhost:4318/otlp?tenant=7')).to.equal(
      'http://localhost:4318/otlp/v1/metrics?tenant=7',
    );
    expect(url('http://localhost:4318', 'http://localhost:8428/push')).to.equal('http://localhost:8428/push');
  });
});
