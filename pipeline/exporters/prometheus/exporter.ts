import type { AddressInfo } from 'node:net';
import type { Exporter } from '../../component.ts';
import { observeExporter } from '../exporter-metrics.ts';
import type { PrometheusConfig } from './config.ts';
import { createEndpoint } from './endpoint/endpoint.ts';
import { createPageContent } from './families.ts';
import { endpointText } from './listen-error.ts';
import { createPageRenderer } from './rendered-page.ts';
import { isGone, send, textReply } from './reply.ts';
import { createAnswer } from './routes.ts';
import { createHttpServer } from './server.ts';
import type { PrometheusContext } from './status.ts';

export interface PrometheusExporter extends Exporter {
  /** Where it listens, once started; with port 0 in the configuration, the port that it got. */
  address(): AddressInfo | undefined;
}

/** Serves what its pipeline carries to whoever scrapes it, and tells how the collector is. */
export function createPrometheusExporter(
  config: PrometheusConfig,
  context: PrometheusContext,
): PrometheusExporter {
  const { logger } = context;
  const content = createPageContent(config.naming);
  const told = new Set<string>();
  const render = createPageRenderer((layout) => {
    const page = content(layout);
    for (const { metric, reason } of page.skipped) {
      if (told.has(metric)) continue;
      told.add(metric);
      logger.warn('metric left out of the page', { metric, reason });
    }
    return page;
  });
  const endpoint = createEndpoint(config, context);
  const served = createAnswer({
    collect: () => context.collect(),
    render,
    health: () => context.health(),
    status: () => context.status(),
    logger,
    scrapeLines: endpoint.scrapeLines,
  });
  const answer = endpoint.guard(served);
  const server = createHttpServer(
    { ...config.endpoint, setting: `exporters.${context.id}.endpoint` },
    endpoint,
    (request, response) => {
      const client = {
        waiting: () => !isGone(request, response),
        cut: () => void request.destroy(),
      };
      void answer(request, client)
        .catch((error: unknown) => {
          logger.error('request failed', { path: request.url, error });
          return textReply(500, 'internal error');
        })
        .then((reply) => {
          if (reply === undefined) return;
          send(request, response, reply);
          endpoint.connections.answered(response);
        });
    },
    (error) => logger.error('server failed', { error }),
  );

  const telemetry = observeExporter(context.meter, context.id, server.isListening);

  return {
    async start() {
      const { address, port } = await server.listen();
      endpoint.watch(server.useCertificate);
      logger.info('listening', {
        address: endpointText({ host: address, port }),
        path: '/metrics',
        ...(endpoint.tls === undefined ? {} : { scheme: 'https' }),
      });
    },
    notReady: () => (server.isListening() ? undefined : 'not listening'),
    address: () => server.address(),
    async shutdown(timeoutMs) {
      endpoint.stop();
      await server.close(timeoutMs);
      telemetry.end();
    },
  };
}
