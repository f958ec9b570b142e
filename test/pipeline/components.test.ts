import { expect } from 'chai';
import { createExporter, createProcessor, createReceiver } from '../../pipeline/components.ts';
import type { ComponentContext } from '../../pipeline/component.ts';
import { createExporterContext } from '../fixtures/component-context.ts';
import { gauge, point, resourceMetrics } from '../fixtures/metrics.ts';
import { configure } from './configured.ts';

const config = await configure(`
receivers: {nvme: {simulate: 3}}
processors:
  resource: {attributes: [{action: insert, key: team, value: storage}]}
  attributes: {actions: [{action: delete, key: color}]}
  filter: {metrics: {exclude: [b]}}
exporters: {prometheus: {endpoint: "127.0.0.1:0"}, otlp_http: {endpoint: "http://127.0.0.1:4318"}}
service:
  pipelines:
    metrics: {receivers: [nvme], processors: [resource, attributes, filter], exporters: [prometheus, otlp_http]}
`);

function given<T>(component: T | undefined): T {
  if (component === undefined) throw new Error('there is no such component in the configuration');
  return component;
}

const metrics = resourceMetrics(
  { service: 'x' },
  { scope: [gauge({ name: 'a' }, point(1, { color: 'red' })), gauge({ name: 'b' }, point(2))] },
);
const { context } = createExporterContext(() => metrics);
const component: ComponentContext = { ...context, id: 'under-test' };

describe('components', () => {
  it('are receivers of their type', async () => {
    const receiver = await createReceiver(given(config.receivers.get('nvme')), component);
    await receiver.collect();
    expect(receiver.simulated).to.equal(true);
    expect(receiver.latest()?.volumes).to.have.length(3);
    await receiver.shutdown();
  });

  const processed = async (id: string) =>
    (await createProcessor(given(config.processors.get(id)), component))(metrics);

  it('are processors of their type', async () => {
    expect((await processed('resource')).resource.attributes).to.deep.equal({
      service: 'x',
      team: 'storage',
    });
    const [first] = (await processed('attributes')).scopeMetrics[0]?.metrics ?? [];
    expect(first?.dataPoints[0]?.attributes).to.deep.equal({});
    const names = (await processed('filter')).scopeMetrics[0]?.metrics.map(
      ({ descriptor }) => descriptor.name,
    );
    expect(names).to.deep.equal(['a']);
  });

  const exporter = (id: string) =>
    createExporter(given(config.exporters.get(id)), {
      ...context,
      health: () => ({ ready: true, reasons: [] }),
      status: () => ({ version: '', uptimeSeconds: 0, simulated: false, volumes: [], pipelines: [] }),
    });

  it('are exporters of their type, under any of its names', async () => {
    // One that serves is ready when it listens; one that pushes, until a push fails.
    expect((await exporter('prometheus')).notReady()).to.equal('not listening');
    expect((await exporter('otlphttp')).notReady()).to.equal(undefined);
  });
});
