import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { landingPage } from '../../../../pipeline/exporters/prometheus/landing-page.ts';
import { landingPolicy } from '../../../../pipeline/exporters/prometheus/landing-style.ts';
import type { StatusView } from '../../../../pipeline/exporters/prometheus/status.ts';
import { goldenFiles } from '../../../fixtures/golden-file.ts';
import { quietStatus } from './served.ts';

const { expectGolden } = goldenFiles(import.meta.url);

const ready = { ready: true, reasons: [] };
const none = { volumeIops: 0, volumeThroughput: 0, instanceIops: 0, instanceThroughput: 0 };

const busy: StatusView = {
  version: '0.1.0',
  uptimeSeconds: 183_720,
  simulated: true,
  volumes: [
    {
      kind: 'ebs',
      id: 'vol-0aaaaaaaaaaaaaaa1',
      device: 'nvme1n1',
      reading: {
        state: 'up',
        queueLength: 7,
        exceeded: { ...none, volumeIops: 0.734, instanceThroughput: 0.0002 },
      },
    },
    {
      kind: 'ebs',
      id: 'vol-0ccccccccccccccc3',
      device: 'nvme2n1',
      reading: {
        state: 'error',
        errorType: 'permission_denied',
        message: 'cannot read /dev/nvme2n1: permission denied (Get Log Page needs CAP_SYS_ADMIN)',
      },
    },
    {
      kind: 'instance_store',
      id: 'AWS14BE4082584B141CB',
      device: 'nvme3n1',
      reading: { state: 'up', queueLength: 0, exceeded: { ...none, instanceIops: 0.12 } },
    },
    {
      kind: 'ebs',
      id: 'vol-0bbbbbbbbbbbbbbb2',
      device: 'nvme10n1',
      reading: { state: 'up', queueLength: 0, exceeded: undefined },
    },
  ],
  pipelines: [
    {
      id: 'metrics',
      receivers: ['nvme'],
      processors: ['resource'],
      exporters: [
        { id: 'prometheus', notReady: undefined },
        { id: 'otlphttp/grafana', notReady: '503 Service Unavailable since 12:04' },
      ],
    },
  ],
};

describe('the landing page', () => {
  it('shows volumes, what throttles them, what failed, and where the metrics go', () =>
    expectGolden('landing-busy.html', landingPage(busy, ready, 'node7:8090')));

  it('shows a node without volumes as the healthy thing it is', () =>
    expectGolden('landing-empty.html', landingPage(quietStatus, ready, 'localhost:8090')));

  it('says what it waits for while it is not ready', () => {
    const page = landingPage(
      quietStatus,
      { ready: false, reasons: ['receiver nvme: nothing was read yet'] },
      'x',
    );
    expect(page).to.contain('Not ready.').and.to.contain('receiver nvme: nothing was read yet');
  });

  it('warns of simulated volumes, and only of those', () => {
    expect(landingPage(busy, ready, 'x')).to.contain('These volumes are simulated.');
    expect(landingPage({ ...busy, simulated: false }, ready, 'x')).not.to.contain('simulated');
  });

  it('lets nothing on it become HTML', () => {
    const evil = `<script>"'&</script>`;
    const page = landingPage(
      {
        version: evil,
        uptimeSeconds: 1,
        simulated: false,
        volumes: [
          {
            kind: 'ebs',
            id: evil,
            device: evil,
            reading: { state: 'error', errorType: 'timeout', message: evil },
          },
        ],
        pipelines: [
          { id: evil, receivers: [evil], processors: [evil], exporters: [{ id: evil, notReady: evil }] },
        ],
      },
      { ready: false, reasons: [evil] },
      evil,
    );
    expect(page).not.to.contain('<script>');
    expect(page.split('&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;')).to.have.length(12);
  });

  it('has a style that its policy lets through', () => {
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(landingPage(quietStatus, ready, 'x')) ?? [];
    expect(landingPolicy).to.contain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });

  const uptimes: readonly (readonly [number, string])[] = [
    [0.4, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [3_601, '1 h'],
    [7_260, '2 h 1 min'],
    [183_720, '2 d 3 h'],
  ];
  for (const [uptimeSeconds, text] of uptimes) {
    it(`says ${text} of ${uptimeSeconds} seconds`, () =>
      expect(landingPage({ ...quietStatus, uptimeSeconds }, ready, 'x')).to.contain(`up ${text}<`));
  }
});
