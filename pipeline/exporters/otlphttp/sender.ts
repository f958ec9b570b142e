import diagnostics from 'node:diagnostics_channel';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { takePartialSuccess } from '../../telemetry/diag.ts';
import type { SetTimer } from '../../timer.ts';
import { metricsUrl, type OtlpHttpConfig } from './config.ts';
import { describeFailure, timeoutFailure, type Failure, type LastResponse } from './failure.ts';
import { loadSdkExporter } from './sdk-exporter.ts';
import { loadTlsMaterial } from './tls.ts';

export type SendOutcome =
  | {
      readonly ok: true;
      /** The backend's "yes, but", as JSON. */
      readonly partialSuccess: string | undefined;
    }
  | { readonly ok: false; readonly failure: Failure };

/** One backend, reached through the SDK's exporter. */
export interface Sender {
  /** Sends with retries; settles within `timeoutMs`. Never rejects. */
  send(metrics: ResourceMetrics, timeoutMs: number): Promise<SendOutcome>;
  /** Closes every connection. */
  close(): void;
}

/** @throws where a TLS file cannot be used */
export async function createSender(
  config: OtlpHttpConfig,
  userAgent: string,
  setTimer: SetTimer,
): Promise<Sender> {
  const url = metricsUrl(config);
  const tls = loadTlsMaterial(config.tls);
  const agent =
    url.protocol === 'https:'
      ? new HttpsAgent({ keepAlive: true, ...tls })
      : new HttpAgent({ keepAlive: true });
  const createExporter = await loadSdkExporter(config, { url, agent, userAgent });
  const usual = createExporter(config.timeout);

  let last: LastResponse | undefined;
  const observe = (message: unknown): void => {
    last = responseThrough(agent, message) ?? last;
  };
  // Public since Node 18.13; the SDK hides the status of what it retried.
  diagnostics.subscribe('http.client.response.finish', observe);

  return {
    send: (metrics, timeoutMs) => {
      last = undefined;
      const exporter = timeoutMs === config.timeout ? usual : createExporter(timeoutMs);
      return new Promise((resolve) => {
        // The SDK's own timeout is one of silence: a server that dribbles would hold it for ever.
        const cancelDeadline = setTimer(() => {
          agent.destroy();
          resolve({ ok: false, failure: timeoutFailure(timeoutMs) });
        }, timeoutMs);
        void exportOnce(exporter, metrics).then((result) => {
          cancelDeadline();
          resolve(
            'partialSuccess' in result
              ? { ok: true, partialSuccess: result.partialSuccess }
              : { ok: false, failure: describeFailure(result.error, last, url, timeoutMs) },
          );
        });
      });
    },
    close: () => {
      diagnostics.unsubscribe('http.client.response.finish', observe);
      agent.destroy();
    },
  };
}

type ExportOutcome = { readonly partialSuccess: string | undefined } | { readonly error: unknown };

function exportOnce(exporter: PushMetricExporter, metrics: ResourceMetrics): Promise<ExportOutcome> {
  return new Promise((resolve) => {
    const done = ({ code, error }: ExportResult): void => {
      // Taken here and now: see takePartialSuccess.
      const partialSuccess = takePartialSuccess();
      resolve(code === ExportResultCode.SUCCESS ? { partialSuccess } : { error });
    };
    try {
      exporter.export(metrics, done);
    } catch (error) {
      resolve({ error });
    }
  });
}

/** The answer, if the message of `http.client.response.finish` is about a request that went through this agent. */
function responseThrough(agent: HttpAgent, message: unknown): LastResponse | undefined {
  if (!isResponseMessage(message) || message.request.agent !== agent) return undefined;
  const { statusCode = 0, statusMessage = '', headers } = message.response;
  return { status: statusCode, statusText: statusMessage, location: headers.location };
}

interface ResponseMessage {
  readonly request: { readonly agent?: unknown };
  readonly response: {
    readonly statusCode?: number;
    readonly statusMessage?: string;
    readonly headers: { readonly location?: string };
  };
}

function isResponseMessage(message: unknown): message is ResponseMessage {
  return typeof message === 'object' && message !== null && 'request' in message && 'response' in message;
}
