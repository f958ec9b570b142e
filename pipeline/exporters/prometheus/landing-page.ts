import { limitsOf } from '../../../receiver/nvme/limits.ts';
import type { VolumeKind } from '../../../receiver/nvme/statistics.ts';
import { type Html, html, nothing } from './html.ts';
import { styleElement } from './landing-style.ts';
import type { Health, PipelineStatus, StatusView, VolumeState, VolumeStatus } from './status.ts';

/** The page at `/`: what this is, what it looks at, and where to go on. No script; everything on it is escaped. */

const kindNames: Readonly<Record<VolumeKind, string>> = { ebs: 'EBS', instance_store: 'instance store' };

function duration(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return '0 s';
  let rest = Math.floor(seconds);
  const parts = units.slice(first, first + 2).map(([size, unit]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount === 0 ? '' : `${amount} ${unit}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

function share(ratio: number): string {
  const percent = ratio * 100;
  return percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}

function throttling(kind: VolumeKind, reading: VolumeState): Html {
  if (reading.state !== 'up') return html`<span class="dim">–</span>`;
  const { exceeded } = reading;
  if (exceeded === undefined) return html`<span class="dim">after the next reading</span>`;
  const over = limitsOf(kind).filter(({ ratio }) => exceeded[ratio] > 0);
  if (over.length === 0) return html`<span class="dim">no</span>`;
  return html`<span class="warn"
    >${over.map(({ ratio, name }) => `${name} ${share(exceeded[ratio])}`).join(', ')}</span
  >`;
}

function stateCell(reading: VolumeState): Html {
  if (reading.state === 'up') return html`<span class="good">up</span>`;
  return html`<span
    ><span class="bad">${reading.errorType}</span><span class="reason">${reading.message}</span></span
  >`;
}

function volumeRow({ device, id, kind, reading }: VolumeStatus): Html {
  return html`<tr>
    <td data-label="Device" class="id"><code>${device}</code></td>
    <td data-label="Volume" class="id"><code>${id}</code></td>
    <td data-label="Kind" class="id">${kindNames[kind]}</td>
    <td data-label="State">${stateCell(reading)}</td>
    <td data-label="Throttled">${throttling(kind, reading)}</td>
    <td data-label="Queue" class="number">${reading.state === 'up' ? reading.queueLength : '–'}</td>
  </tr> `;
}

function volumeTable(volumes: readonly VolumeStatus[]): Html {
  if (volumes.length === 0) {
    return html`<p class="dim">
      No Amazon NVMe volume is attached. One that is attached later shows up by itself.
    </p> `;
  }
  return html`<table>
    <thead>
      <tr>
        <th>Device</th>
        <th>Volume</th>
        <th>Kind</th>
        <th>State</th>
        <th>Throttled now by</th>
        <th class="number">Queue</th>
      </tr>
    </thead>
    <tbody>
      ${volumes.map(volumeRow)}
    </tbody>
  </table> `;
}

function pipelineRows({ id, receivers, processors, exporters }: PipelineStatus): Html {
  const way = [...receivers, ...processors].join(' → ');
  return html`${exporters.map(
    (exporter) =>
      html`<tr>
        <td data-label="Pipeline"><code>${id}</code></td>
        <td data-label="From"><code>${way}</code></td>
        <td data-label="Exporter"><code>${exporter.id}</code></td>
        <td data-label="State">
          ${
            exporter.notReady === undefined
              ? html`<span class="good">ready</span>`
              : html`<span
                  ><span class="bad">not ready</span><span class="reason">${exporter.notReady}</span></span
                >`
          }
        </td>
      </tr> `,
  )}`;
}

function notReady({ ready, reasons }: Health): Html {
  if (ready) return nothing;
  return html`<p class="banner"><strong>Not ready.</strong> ${reasons.join('; ')}</p> `;
}

const simulatedBanner = html`<p class="banner">
  <strong>These volumes are simulated.</strong> There is no such hardware here; the numbers are made up.
</p> `;

/**
 * @param host where the reader found this page, `node7:8090`: what a scraper is to be given
 * @param scrapeLines what it is to be told beside that: `scheme: https`
 */
export function landingPage(
  status: StatusView,
  health: Health,
  host: string,
  scrapeLines: readonly string[] = [],
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>ebs-nvme-collector</title>
        <link rel="icon" href="data:," />
        ${styleElement}
      </head>
      <body>
        <h1>ebs-nvme-collector</h1>
        <p>
          Statistics of this node's Amazon EBS and instance-store NVMe volumes, for Prometheus and
          OpenTelemetry.
        </p>
        <p class="dim">Version ${status.version}, up ${duration(status.uptimeSeconds)}</p>
        <nav><a href="/metrics">/metrics</a><a href="/healthz">/healthz</a><a href="/readyz">/readyz</a></nav>
        ${status.simulated ? simulatedBanner : nothing}${notReady(health)}
        <h2>Volumes</h2>
        ${volumeTable(status.volumes)}
        <h2>Pipelines</h2>
        <table>
          <thead>
            <tr>
              <th>Pipeline</th>
              <th>From</th>
              <th>Exporter</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            ${status.pipelines.map(pipelineRows)}
          </tbody>
        </table>
        <h2>Scrape it</h2>
        <pre><code>scrape_configs:
  - job_name: ebs-nvme-collector
    scrape_interval: 15s${scrapeLines.map((line) => `\n    ${line}`).join('')}
    static_configs:
      - targets: ["${host}"]</code></pre>
      </body>
    </html> `.html;
}
