import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect } from 'chai';
import { nothingCollected } from '../fixtures/collections.ts';
import { assemble, type Assembly, type AssemblyDependencies } from '../../pipeline/assembly.ts';
import { recordMetrics } from '../fixtures/component-context.ts';
import { fetchText } from '../fixtures/http.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
import { configure, dependencies } from './configured.ts';

const never = new Promise<void>(() => undefined);
const prometheus = 'prometheus: {endpoint: "127.0.0.1:0"}';

describe('an assembly', () => {
  const assemblies: Assembly[] = [];
  const make = async (text: string, on: AssemblyDependencies = dependencies(), before?: Assembly) => {
    const assembly = await assemble(await configure(text), on, before);
    assemblies.push(assembly);
    return assembly;
  };
  const start = async ({ exporters }: Assembly) => {
    for (const exporter of exporters.values()) await exporter.start();
  };
  afterEach(async () => {
    for (const { exporters, receivers } of assemblies.splice(0)) {
      for (const exporter of exporters.values()) await exporter.shutdown(0);
      for (const receiver of receivers.values()) await receiver.shutdown();
    }
  });

  const addressOf = ({ log }: ReturnType<typeof dependencies>) =>
    `http://${String(log.findLast(({ msg }) => msg === 'listening')?.['address'])}`;

  it('makes what the pipelines use, and nothing else', async () => {
    const on = dependencies();
    const { receivers, exporters } = await make(
      `receivers: {nvme: {simulate: 1}, nvme/unused: {simulate: 1}}
exporters: {${prometheus}, prometheus/unused: {endpoint: "127.0.0.1:0"}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [prometheus]}}}`,
      on,
    );
    expect([...receivers.keys()]).to.deep.equal(['nvme']);
    expect([...exporters.keys()]).to.deep.equal(['prometheus']);
    expect(on.log.map(({ component }) => component)).to.deep.equal(['nvme']);
  });

  it('starts nothing', async () => {
    const assembly = await make(`receivers: {nvme: {simulate: 1}}
exporters: {${prometheus}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [prometheus]}}}`);
    expect(assembly.exporters.get('prometheus')?.notReady()).to.equal('not listening');
    expect(assembly.receivers.get('nvme')?.latest()).to.equal(undefined);
  });

  it('joins receivers, processors in their order, and exporters', async () => {
    const on = dependencies();
    const assembly = await make(
      `receivers: {nvme: {simulate: 2}}
processors:
  resource/first: {attributes: [{action: insert, key: team, value: first}]}
  resource/second: {attributes: [{action: insert, key: team, value: second}]}
  filter: {volumes: {exclude: ["vol-simulated00000001"]}}
exporters: {${prometheus}}
service:
  pipelines:
    metrics: {receivers: [nvme], processors: [resource/first, filter, resource/second], exporters: [prometheus]}`,
      on,
    );
    await start(assembly);
    const { body } = await fetchText(`${addressOf(on)}/metrics`);
    expect(body).to.match(/^target_info\{.*team="first".*\} 1$/m);
    const ups = [...body.matchAll(/^ebs_volume_up\{.*volume_id="([^"]+)"/gm)].map(([, id]) => id);
    expect(ups).to.not.include('vol-simulated00000001');
    expect(body).to.match(/^ebs_(instance_store_)?volume_up\{/m);
  });

  it('knows its health and its status', async () => {
    const on = dependencies();
    const assembly = await make(
      `receivers: {nvme: {simulate: 1}}
exporters: {${prometheus}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [prometheus]}}}`,
      on,
    );
    await start(assembly);
    const ready = () => fetchText(`${addressOf(on)}/readyz`);
    expect(await ready()).to.include({ status: 503, body: 'receiver nvme: nothing was read yet\n' });
    await fetchText(`${addressOf(on)}/metrics`);
    expect(await ready()).to.include({ status: 200, body: 'ready\n' });
    expect((await fetchText(addressOf(on))).body).to.include('vol-simulated00000001');
  });

  it('keeps a receiver that is configured as before, and makes another one where it is not', async () => {
    const text = (simulate: number, minInterval: string) => `
receivers: {nvme: {simulate: 1, min_interval: 1s}, nvme/b: {simulate: ${simulate}, min_interval: ${minInterval}}}
exporters: {${prometheus}}
service: {pipelines: {metrics: {receivers: [nvme, nvme/b], exporters: [prometheus]}}}`;
    const on = dependencies();
    const before = await make(text(1, '1s'), on);
    const kept = await make(text(1, '1000ms'), on, before);
    expect([...kept.receivers.values()]).to.have.ordered.members([...before.receivers.values()]);
    const changed = await make(text(2, '1s'), on, before);
    expect(changed.receivers.get('nvme')).to.equal(before.receivers.get('nvme'));
    expect(changed.receivers.get('nvme/b')).to.not.equal(before.receivers.get('nvme/b'));
    expect(changed.exporters.get('prometheus')).to.not.equal(before.exporters.get('prometheus'));
  });

  it('that cannot be made whole keeps nothing but what was there before', async () => {
    const { meter, values } = recordMetrics();
    const on = dependencies({ own: { meter, collect: async () => nothingCollected } });
    const text = (receiver: string, exporter: string, more = '') => `
receivers: {nvme: {simulate: 1}, nvme/b: {simulate: 1}}
exporters: {${exporter}: {endpoint: "127.0.0.1:0"}, prometheus/tls: {tls: {cert_file: /none, key_file: /none}}}
service: {pipelines: {metrics: {receivers: [nvme${receiver}], exporters: [${exporter}${more}]}}}`;
    /** Whoever says how many volumes there are, or whether it is ready. */
    const reporting = async () => {
      const own = (await values()).filter(({ name }) => /\.(volumes|exporter\.ready)$/.test(name));
      return [...new Set(own.map(({ attributes }) => attributes['otel.component.name']))];
    };
    const before = await make(text('', 'prometheus'), on);
    const broken = make(text(', nvme/b', 'prometheus/b', ', prometheus/tls'), on, before);
    expect(await broken.then(() => 'made', String)).to.include('cannot read tls.cert_file /none');
    expect(await reporting()).to.have.members(['nvme', 'prometheus']);
  });

  describe('that pushes', () => {
    let backend: OtlpReceiver;
    beforeEach(async () => {
      backend = await startOtlpReceiver();
    });
    afterEach(() => backend.close());

    it('does so as often as the most frequent receiver of the pipeline is to read', async () => {
      const on = dependencies({ resourceSettled: never });
      const assembly = await make(
        `receivers:
  nvme: {simulate: 1, collection_interval: 5s}
  nvme/often: {simulate: 1, collection_interval: 3s}
  nvme/elsewhere: {simulate: 1, collection_interval: 2s}
exporters: {otlphttp: {endpoint: "${backend.url}"}, otlphttp/b: {endpoint: "${backend.url}"}}
service:
  pipelines:
    metrics: {receivers: [nvme, nvme/often], exporters: [otlphttp]}
    metrics/b: {receivers: [nvme/elsewhere, nvme], exporters: [otlphttp/b]}`,
        on,
      );
      await start(assembly);
      const pushing = on.log.filter(({ msg }) => msg === 'pushing');
      expect(pushing.map((line) => [line['component'], line['interval_ms']])).to.deep.equal([
        ['otlphttp', 3000],
        ['otlphttp/b', 2000],
      ]);
    });

    it('waits until the resource is known, and then pushes that', async () => {
      let resource = resourceFromAttributes({});
      let settle = (): void => undefined;
      const resourceSettled = new Promise<void>((resolve) => (settle = resolve));
      const assembly = await make(
        `receivers: {nvme: {simulate: 1}}
exporters: {otlphttp: {endpoint: "${backend.url}"}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [otlphttp]}}}`,
        dependencies({ resource: () => resource, resourceSettled }),
      );
      await start(assembly);
      // Whatever was asked for until now has been given its reading, and its resource, by the next turn.
      await assembly.receivers.get('nvme')?.collect();
      await new Promise(setImmediate);
      resource = resourceFromAttributes({ 'host.id': 'i-1' });
      settle();
      const { payloads } = await backend.push(1);
      expect(payloads.map((payload) => payload.resource)).to.deep.equal([{ 'host.id': 'i-1' }]);
    });

    it('makes an exporter of two pipelines twice, each with its own stream and its own metrics', async () => {
      const { meter, values } = recordMetrics();
      const assembly = await make(
        `receivers: {nvme: {simulate: 1}, nvme/b: {simulate: 2}}
exporters: {otlphttp: {endpoint: "${backend.url}"}}
service:
  pipelines:
    metrics: {receivers: [nvme], exporters: [otlphttp]}
    metrics/b: {receivers: [nvme/b], exporters: [otlphttp]}`,
        dependencies({ own: { meter, collect: async () => nothingCollected } }),
      );
      expect([...assembly.exporters.keys()]).to.deep.equal(['otlphttp', 'otlphttp (metrics/b)']);
      const ready = (await values()).filter(({ name }) => name === 'ebs.collector.exporter.ready');
      expect(ready.map(({ attributes }) => attributes['otel.component.name'])).to.deep.equal([
        'otlphttp',
        'otlphttp (metrics/b)',
      ]);
      await start(assembly);
      const pushes = await Promise.all([backend.push(1), backend.push(2)]);
      const upPoints = pushes.map(({ payloads }) =>
        payloads
          .flatMap(({ scopes }) => scopes)
          .flatMap(({ metrics }) => metrics)
          .filter(({ name }) => name.endsWith('volume.up'))
          .reduce((count, { points }) => count + points.length, 0),
      );
      expect(upPoints.toSorted((a, b) => a - b)).to.deep.equal([1, 2]);
    });
  });
});
