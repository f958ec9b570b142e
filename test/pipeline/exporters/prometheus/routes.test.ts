import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { collectionOf } from '../../../fixtures/collections.ts';
import type { Collection } from '../../../../pipeline/collection.ts';
import {
  openMetricsFormat,
  textFormat,
} from '../../../../pipeline/exporters/prometheus/exposition-format.ts';
import type { StatusView, VolumeStatus } from '../../../../pipeline/exporters/prometheus/status.ts';
import { resourceMetrics } from '../../../fixtures/metrics.ts';
import { parsePage } from '../../../fixtures/page-parser.ts';
import { oneCollection, quietStatus, serving } from './served.ts';

const attached: VolumeStatus = {
  kind: 'ebs',
  id: 'vol-0123456789abcdef0',
  device: 'nvme1n1',
  reading: { state: 'up', queueLength: 0, exceeded: undefined },
};

describe('what the Prometheus exporter answers', () => {
  it('serves the page as text', () =>
    serving({}, async ({ ask }) => {
      const { status, headers, text } = await ask('/metrics');
      expect(status).to.equal(200);
      expect(headers['content-type']).to.equal(textFormat.contentType);
      expect(headers).to.include({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        vary: 'Accept, Accept-Encoding',
      });
      expect(parsePage(text, 'text').has('ebs_volume_up')).to.equal(true);
    }));

  it('serves the page as OpenMetrics to those who ask for it', () =>
    serving({}, async ({ ask }) => {
      const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1';
      const { headers, text } = await ask('/metrics', { headers: { accept } });
      expect(headers['content-type']).to.equal(openMetricsFormat.contentType);
      expect(parsePage(text, 'openmetrics').has('ebs_volume_up')).to.equal(true);
    }));

  it('compresses for those who take it', () =>
    serving({}, async ({ ask }) => {
      const plain = await ask('/metrics');
      const { headers, body } = await ask('/metrics', { headers: { 'accept-encoding': 'gzip' } });
      expect(headers['content-encoding']).to.equal('gzip');
      expect(headers['content-length']).to.equal(String(body.length));
      expect(gunzipSync(body).equals(plain.body)).to.equal(true);
    }));

  it('does not compress a page that is small anyhow', () =>
    serving({ collect: async () => collectionOf(resourceMetrics({}, {})) }, async ({ ask }) => {
      const { status, headers } = await ask('/metrics', { headers: { 'accept-encoding': 'gzip' } });
      expect([status, headers['content-encoding']]).to.deep.equal([200, undefined]);
    }));

  for (const path of ['/', '/metrics', '/healthz', '/readyz']) {
    it(`answers HEAD ${path} as GET, without the body`, () =>
      serving({}, async ({ ask }) => {
        const get = await ask(path);
        const head = await ask(path, { method: 'HEAD' });
        expect(head.body).to.have.length(0);
        expect(head.status).to.equal(200);
        for (const name of ['content-type', 'cache-control', 'vary']) {
          expect(head.headers[name], name).to.equal(get.headers[name]);
        }
        // Of a page of metrics the length is known only when it was made, which HEAD is not worth.
        const length = path === '/metrics' ? undefined : get.headers['content-length'];
        expect(head.headers['content-length']).to.equal(length);
      }));

    it(`allows nothing else on ${path}`, () =>
      serving({}, async ({ ask }) => {
        for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
          const { status, headers } = await ask(path, { method });
          expect([status, headers.allow], method).to.deep.equal([405, 'GET, HEAD']);
        }
      }));
  }

  it('makes no page for HEAD /metrics, and says whether there would be one', async () => {
    let failure: Error | undefined;
    let looked = 0;
    const collect = async (): Promise<Collection> => {
      if (failure !== undefined) throw failure;
      return {
        ...oneCollection,
        get layout() {
          looked += 1;
          return oneCollection.layout;
        },
      };
    };
    await serving({ collect }, async ({ ask }) => {
      expect((await ask('/metrics', { method: 'HEAD' })).status).to.equal(200);
      expect(looked).to.equal(0);
      failure = new Error('no');
      expect((await ask('/metrics', { method: 'HEAD' })).status).to.equal(500);
    });
  });

  it('names its paths to those who ask for another', () =>
    serving({}, async ({ ask }) => {
      const { status, headers, text } = await ask('/metric');
      expect(status).to.equal(404);
      expect(headers['content-type']).to.equal('text/plain; charset=utf-8');
      expect(text).to.equal('not found; there is /, /metrics, /healthz, /readyz\n');
    }));

  it('cares about the path alone', () =>
    serving({}, async ({ ask }) => expect((await ask('/healthz?verbose=1')).text).to.equal('ok\n')));

  it('is healthy while it serves, and says what it waits for until it is ready', async () => {
    let reasons: readonly string[] = ['receiver nvme: nothing was read yet', 'exporter otlphttp: 503'];
    await serving({ health: () => ({ ready: reasons.length === 0, reasons }) }, async ({ ask }) => {
      expect(await ask('/healthz')).to.include({ status: 200, text: 'ok\n' });
      expect(await ask('/readyz')).to.include({
        status: 503,
        text: 'receiver nvme: nothing was read yet\nexporter otlphttp: 503\n',
      });
      reasons = [];
      expect(await ask('/readyz')).to.include({ status: 200, text: 'ready\n' });
    });
  });

  it('shows people a page that may load and run nothing', () =>
    serving({}, async ({ ask }) => {
      const { headers, text } = await ask('/', { headers: { host: '<b>node7</b>:8090' } });
      expect(headers['content-type']).to.equal('text/html; charset=utf-8');
      expect(headers['content-security-policy']).to.match(/^default-src 'none'; style-src 'sha256-/);
      expect(text).to.contain('&lt;b&gt;node7&lt;/b&gt;:8090').and.not.to.contain('<b>node7');
    }));

  it('reads before it shows people anything: nobody may have scraped for long', async () => {
    let volumes: StatusView['volumes'] = [];
    const given = {
      collect: async () => {
        volumes = [attached];
        return oneCollection;
      },
      status: () => ({ ...quietStatus, volumes }),
    };
    await serving(given, async ({ ask }) => expect((await ask('/')).text).to.include(attached.id));
  });

  it('shows people what it knows where the collection failed', () =>
    serving({ collect: () => Promise.reject(new Error('no')) }, async ({ ask }) => {
      expect(await ask('/')).to.include({ status: 200 });
    }));

  it('answers 500 with the reason where the collection failed, and logs only what changes', async () => {
    let failure: Error | undefined = new Error('cannot look at /sys: gone\n  at some stack');
    await serving(
      {
        collect: async () => {
          if (failure !== undefined) throw failure;
          return collectionOf(resourceMetrics({}, {}));
        },
      },
      async ({ ask, log }) => {
        for (let scrape = 0; scrape < 3; scrape++) {
          expect(await ask('/metrics')).to.include({
            status: 500,
            text: 'cannot collect metrics: cannot look at /sys: gone\n',
          });
        }
        failure = undefined;
        expect((await ask('/metrics')).status).to.equal(200);
        expect((await ask('/metrics')).status).to.equal(200);
        expect(
          log
            .filter(({ msg }) => msg !== 'listening')
            .map(({ level, msg, error }) => ({ level, msg, error })),
        ).to.deep.equal([
          { level: 'error', msg: 'metrics cannot be served', error: 'cannot look at /sys: gone' },
          { level: 'info', msg: 'metrics are served again', error: undefined },
        ]);
      },
    );
  });

  it('answers 500 where its own page fails, and goes on', () =>
    serving(
      {
        status: () => {
          throw new Error('no status');
        },
      },
      async ({ ask }) => {
        expect(await ask('/')).to.include({ status: 500, text: 'internal error\n' });
        expect((await ask('/healthz')).status).to.equal(200);
      },
    ));
});
