import { expect } from 'chai';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  resourceMetrics,
} from '../../../fixtures/metrics.ts';
import { render } from './render.ts';

const page = (...metrics: Parameters<typeof resourceMetrics>[1][string]) =>
  resourceMetrics({}, { scope: metrics });

describe('writing a page', () => {
  const bytes = counter({ name: 'c', unit: 'By', description: 'Help.' }, point(3, { a: 'x' }));
  const latency = histogram(
    { name: 'h', unit: 's' },
    point(histogramValue([0.001, 1], [2, 0, 1], 5.25), { a: 'x' }),
  );

  it('writes a counter in the text format', () => {
    expect(render(page(bytes), ['otel'])).to.equal(
      '# HELP c_bytes_total Help.\n# TYPE c_bytes_total counter\nc_bytes_total{a="x"} 3\n',
    );
  });

  it('writes a counter in OpenMetrics: without _total in its metadata, with unit and creation', () => {
    expect(render(page(bytes), ['otel'], 'openmetrics')).to.equal(
      [
        '# TYPE c_bytes counter',
        '# UNIT c_bytes bytes',
        '# HELP c_bytes Help.',
        'c_bytes_total{a="x"} 3',
        'c_bytes_created{a="x"} 1793491200',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('writes creation to the millisecond, and not at all where the start is unknown', () => {
    const starts = counter(
      { name: 'c' },
      point(1, { a: '1' }, { startTime: [1700000000, 123_456_789] }),
      point(1, { a: '2' }, { startTime: [1700000000, 5_000_000] }),
      point(1, { a: '3' }, { startTime: [0, 0] }),
    );
    expect(render(page(starts), ['otel'], 'openmetrics').match(/c_created.*/g)).to.deep.equal([
      'c_created{a="1"} 1700000000.123',
      'c_created{a="2"} 1700000000.005',
    ]);
  });

  it('adds up buckets and ends with +Inf', () => {
    expect(render(page(latency), ['otel'])).to.contain(
      [
        'h_seconds_bucket{a="x",le="0.001"} 2',
        'h_seconds_bucket{a="x",le="1"} 2',
        'h_seconds_bucket{a="x",le="+Inf"} 3',
        'h_seconds_sum{a="x"} 5.25',
        'h_seconds_count{a="x"} 3',
        '',
      ].join('\n'),
    );
    expect(render(page(latency), ['otel'], 'openmetrics')).to.contain('h_seconds_bucket{a="x",le="1.0"} 2\n');
  });

  it('leaves out a sum that is unknown, and in OpenMetrics the count with it', () => {
    const sumless = histogram({ name: 'h' }, point(histogramValue([1], [1, 1])));
    expect(render(page(sumless), ['otel'])).to.contain('h_count 2\n');
    expect(render(page(sumless), ['otel'])).not.to.contain('h_sum');
    expect(render(page(sumless), ['otel'], 'openmetrics')).not.to.match(/h_(sum|count)/);
  });

  it('leaves out a sum that could go down', () => {
    const negative = histogram({ name: 'h' }, point(histogramValue([-1, 1], [1, 1, 1], -3)));
    expect(render(page(negative), ['otel'])).not.to.contain('h_sum');
  });

  it('writes the bounds of each histogram of a family, however they differ', () => {
    const mixed = histogram(
      { name: 'h' },
      point(histogramValue([1, 2], [0, 0, 0], 0), { a: '1' }),
      point(histogramValue([1, 3], [0, 0, 0], 0), { a: '2' }),
      point(histogramValue([], [4], 1), { a: '3' }),
    );
    const bounds = [...render(page(mixed), ['otel']).matchAll(/a="(\d)",le="([^"]+)"/g)].map(
      ([, a, le]) => `${a}:${le}`,
    );
    expect(bounds).to.deep.equal(['1:1', '1:2', '1:+Inf', '2:1', '2:3', '2:+Inf', '3:+Inf']);
  });

  it('writes values that are no numbers as the formats spell them', () => {
    const odd = gauge(
      { name: 'g' },
      point(NaN, { a: '1' }),
      point(Infinity, { a: '2' }),
      point(-Infinity, { a: '3' }),
    );
    expect(render(page(odd), ['otel']).match(/(?<=} ).*/g)).to.deep.equal(['NaN', '+Inf', '-Inf']);
  });
});
