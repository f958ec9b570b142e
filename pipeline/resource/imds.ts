import type { RecordApiCall } from '../telemetry/api-metrics.ts';
import { boundedRequest, type HttpQuestion } from './bounded-request.ts';
import { chooseEndpoints, type MetadataEnvironment } from './imds-endpoints.ts';
import { parseIdentity, type InstanceIdentity } from './instance-identity.ts';

/**
 * EC2's instance metadata, version 2: a token, then the identity document.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export type MetadataOutcome =
  | { readonly ok: true; readonly identity: InstanceIdentity }
  | {
      readonly ok: false;
      readonly reason: string;
      /** Whether asking again can help. */
      readonly retry: boolean;
    };

/** Asks until the signal says that it took long enough. Never rejects. */
export type QueryMetadata = (budget: AbortSignal) => Promise<MetadataOutcome>;

export interface MetadataOptions {
  readonly env: MetadataEnvironment;
  readonly record: RecordApiCall;
  /** Where to ask; by the environment where absent. All are asked at once, and the first good answer counts. */
  readonly endpoints?: readonly URL[];
}

/** Long enough for one document. */
const tokenTtlSeconds = 60;

export function createMetadataQuery({ env, record, endpoints }: MetadataOptions): QueryMetadata {
  const choice = endpoints === undefined ? chooseEndpoints(env) : { endpoints };
  if ('unusable' in choice) return async () => ({ ok: false, reason: choice.unusable, retry: false });

  return async (budget) => {
    const decided = new AbortController();
    const ask = createAsker(record, budget, AbortSignal.any([budget, decided.signal]));
    try {
      const identity = await Promise.any(choice.endpoints.map((endpoint) => askForIdentity(endpoint, ask)));
      return { ok: true, identity };
    } catch (error) {
      return { ok: false, reason: budget.aborted ? tooSlow : reasons(error), retry: true };
    } finally {
      decided.abort();
    }
  };
}

const tooSlow = 'no answer in time (from a pod without host networking the metadata hop limit must be 2)';

function reasons(error: unknown): string {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
}

type Ask = (operation: string, url: URL, question: Omit<HttpQuestion, 'signal'>) => Promise<string>;

/** @throws what the asking attempt failed of */
async function askForIdentity(endpoint: URL, ask: Ask): Promise<InstanceIdentity> {
  const token = await ask('token', new URL('/latest/api/token', endpoint), {
    method: 'PUT',
    headers: { 'X-aws-ec2-metadata-token-ttl-seconds': String(tokenTtlSeconds) },
  });
  const document = await ask('identity', new URL('/latest/dynamic/instance-identity/document', endpoint), {
    method: 'GET',
    headers: { 'X-aws-ec2-metadata-token': token.trim() },
  });
  const identity = parseIdentity(document);
  if (identity === undefined) throw new Error(`${endpoint.host} gave something that is no identity document`);
  return identity;
}

function createAsker(record: RecordApiCall, budget: AbortSignal, signal: AbortSignal): Ask {
  return async (operation, url, question) => {
    const startedAtMs = performance.now();
    const answer = await boundedRequest(url, { ...question, signal });
    const durationSeconds = (performance.now() - startedAtMs) / 1000;
    if (answer.ok) {
      const { status, body } = answer;
      record({
        api: 'imds',
        operation,
        durationSeconds,
        errorType: status === 200 ? undefined : String(status),
        throttled: status === 429,
      });
      if (status === 200) return body;
      throw new Error(`${url.host} answered ${question.method} ${url.pathname} with HTTP ${status}`);
    }
    // An attempt that was called off because another one won did not fail.
    const lostRace = answer.errorType === 'aborted' && !budget.aborted;
    const errorType = answer.errorType === 'aborted' ? 'timeout' : answer.errorType;
    if (!lostRace) record({ api: 'imds', operation, durationSeconds, errorType });
    throw new Error(`cannot ask ${url.host}: ${answer.reason}`);
  };
}
