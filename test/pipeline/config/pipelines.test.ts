import { expect } from 'chai';
import { problems } from './loading.ts';

describe('pipelines', () => {
  const withPipelines = (pipelines: string) => ({
    text: `exporters: {prometheus: , otlphttp: {endpoint: "http://a"}}\nservice:\n  pipelines: ${pipelines}\n`,
  });

  for (const [what, pipelines, expected] of [
    [
      'must not be none',
      '{}',
      'collector.yaml:3:14: service.pipelines: none is defined: expected a map of pipelines like {metrics: {receivers: [nvme], exporters: [prometheus]}}',
    ],
    [
      'need a receiver',
      '{metrics: {receivers: [], exporters: [prometheus, otlphttp]}}',
      'collector.yaml:3:36: receivers: pipeline metrics has none: name at least one receiver',
    ],
    [
      'need what they name',
      '{metrics: {receivers: [nvme], exporters: [prometheus, otlphttp/a]}}',
      'collector.yaml:3:68: exporter "otlphttp/a" of pipeline metrics is not defined in exporters: did you mean "otlphttp"?',
    ],
    [
      'carry no traces',
      '{traces/a: {receivers: [nvme], exporters: [prometheus]}}',
      'collector.yaml:3:15: there are metrics only, no traces: expected metrics or metrics/name',
    ],
    [
      'do not share a page of Prometheus',
      '{metrics: {receivers: [nvme], exporters: [prometheus]}, metrics/b: {receivers: [nvme], exporters: [prometheus]}}',
      'collector.yaml:3:113: exporter prometheus is in pipeline metrics already, and each of its series would appear twice: give pipeline metrics/b an exporter of its own, prometheus/NAME',
    ],
  ] as const) {
    it(what, async () => {
      expect(await problems(withPipelines(pipelines))).to.deep.equal([expected]);
    });
  }

  it('may share a backend', async () => {
    const pipelines =
      '{metrics: {receivers: [nvme], exporters: [otlphttp, prometheus]}, metrics/b: {receivers: [nvme], exporters: [otlphttp]}}';
    expect(await problems(withPipelines(pipelines))).to.deep.equal([]);
  });
});
