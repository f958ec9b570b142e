import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Collection } from '../../../../pipeline/collection.ts';
import { collectionOf } from '../../../fixtures/collections.ts';
import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import {
  namingIds,
  type PrometheusConfig,
  prometheusSchema,
} from '../../../../pipeline/exporters/prometheus/config.ts';
import {
  createPrometheusExporter,
  type PrometheusExporter,
} from '../../../../pipeline/exporters/prometheus/exporter.ts';
import type {
  Health,
  PrometheusContext,
  StatusView,
} from '../../../../pipeline/exporters/prometheus/status.ts';
import {
  createExporterContext,
  type LogLine,
  type TestContext,
} from '../../../fixtures/component-context.ts';
import { wholeNode } from './node-of-volumes.ts';

export const quietStatus: StatusView = {
  version: '0.1.0',
  uptimeSeconds: 0,
  simulated: false,
  volumes: [],
  pipelines: [],
};

export const oneCollection = collectionOf(wholeNode);

export interface Given {
  readonly collect?: () => Promise<Collection>;
  readonly health?: () => Health;
  readonly status?: () => StatusView;
  readonly config?: Partial<PrometheusConfig>;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Serving {
  readonly exporter: PrometheusExporter;
  readonly log: readonly LogLine[];
  readonly address: AddressInfo;
  readonly own: TestContext['own'];
  ask(path: string, options?: { method?: string; headers?: OutgoingHttpHeaders }): Promise<Answered>;
}

export function exporterOf({ collect, health, status, config }: Given): {
  exporter: PrometheusExporter;
  log: readonly LogLine[];
  own: TestContext['own'];
} {
  const { context, log, own } = createExporterContext(() => wholeNode, 'prometheus');
  const prometheusContext: PrometheusContext = {
    ...context,
    collect: collect ?? (async () => oneCollection),
    health: health ?? (() => ({ ready: true, reasons: [] })),
    status: status ?? (() => quietStatus),
  };
  const endpoint = { host: '127.0.0.1', port: 0 };
  const exporter = createPrometheusExporter(
    { ...defaultsOf(prometheusSchema), endpoint, naming: [...namingIds], ...config },
    prometheusContext,
  );
  return { exporter, log, own };
}

function ask(
  address: AddressInfo,
  path: string,
  method: string,
  headers: OutgoingHttpHeaders,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request(
      { host: address.address, port: address.port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          const { statusCode = 0, headers: received } = response;
          resolve({ status: statusCode, headers: received, body, text: body.toString('utf8') });
        });
      },
    )
      .on('error', reject)
      .end();
  });
}

/** Runs a server for as long as the test takes. */
export async function serving<Result>(
  given: Given,
  test: (server: Serving) => Promise<Result>,
): Promise<Result> {
  const { exporter, log, own } = exporterOf(given);
  await exporter.start();
  const address = exporter.address();
  if (address === undefined) throw new Error('it listens nowhere');
  try {
    return await test({
      exporter,
      log,
      address,
      own,
      ask: (path, { method = 'GET', headers = {} } = {}) => ask(address, path, method, headers),
    });
  } finally {
    await exporter.shutdown(1_000);
  }
}
