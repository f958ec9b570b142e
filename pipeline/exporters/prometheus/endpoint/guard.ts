import { type Reply, textReply } from '../reply.ts';
import type { Answer } from '../routes.ts';
import type { Admission } from './admission.ts';
import type { Authenticator } from './authenticator.ts';
import type { Connections } from './connections.ts';
import type { Refusal } from './endpoint-metrics.ts';
import { messageRefusal } from './refusals.ts';

export interface GuardOptions {
  /** Undefined where everybody may ask. */
  readonly authenticator: Authenticator | undefined;
  readonly admission: Admission;
  readonly connections: Pick<Connections, 'of'>;
  readonly refused: (why: Refusal) => void;
}

/** A kubelet that probes has no credentials. */
const openPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

const retry = { 'Retry-After': '1' };
const busy = textReply(503, 'too many requests in flight', retry);
const tooManyAttempts = textReply(429, 'too many passwords at once', retry);

/** What anybody may know of the collector's health where there are credentials: whether, and not why. */
function terse({ status, headers }: Reply): Reply {
  return textReply(status, status === 200 ? 'ok' : 'not ready', headers);
}

/** Answers those who may ask, when there is a place to work on it, and says to the others why not. */
export function createGuard(options: GuardOptions): (answer: Answer) => Answer {
  const { authenticator, admission, connections, refused } = options;
  const unauthorized = textReply(401, 'credentials are needed', {
    'WWW-Authenticate': [...(authenticator?.challenges ?? [])],
  });
  const turnedAway = (why: Refusal, reply: Reply): Reply => {
    refused(why);
    return reply;
  };

  return (answer) => async (request, client) => {
    const unfit = messageRefusal(request);
    if (unfit !== undefined) return turnedAway('malformed', unfit);

    const [path = '/'] = (request.url ?? '/').split('?', 1);
    if (openPaths.has(path)) {
      const reply = await answer(request, client);
      return authenticator === undefined || reply === undefined || reply.status === 405
        ? reply
        : terse(reply);
    }

    const connection = connections.of(request.socket);
    if (connection === undefined) return undefined;
    const outcome = await authenticator?.authenticate(request.headers.authorization, connection.group);
    if (outcome === 'unauthorized') return turnedAway(outcome, unauthorized);
    if (outcome === 'too_many_attempts') return turnedAway(outcome, tooManyAttempts);
    if (!client.waiting()) return undefined;

    const lease = admission.enter({ group: connection.group, regular: connection.served > 0 });
    if (lease === undefined) return turnedAway('busy', busy);
    try {
      const answered = answer(request, client);
      const displaced = lease.displaced.then(() => {
        // Nobody sends what is still being made: nobody else would let go of its page.
        answered.then((late) => late?.release?.()).catch(() => undefined);
        return turnedAway('busy', busy);
      });
      return await Promise.race([answered, displaced]);
    } finally {
      lease.end();
    }
  };
}
