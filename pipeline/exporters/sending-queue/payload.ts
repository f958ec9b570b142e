/** A request as it goes to the backend, without what is secret in it: credentials are added when it is sent. */
export interface Payload {
  readonly body: Uint8Array;
  /** `application/x-protobuf` */
  readonly contentType: string;
  /** `gzip` */
  readonly contentEncoding: string | undefined;
  readonly dataPoints: number;
}

export interface NewPayload extends Payload {
  /** One is made up where it has none. */
  readonly id?: string;
}

export interface QueuedPayload extends Payload {
  /** The same each time it is sent, by whichever process: for a backend that wants to know what it already has. */
  readonly id: string;
  /** When it was enqueued, on the wall clock, ms since the epoch. */
  readonly createdAtMs: number;
}

/** Of a payload that goes in parts, what is left to be sent: whoever has sent a part must not send it again. */
export interface Unfinished {
  readonly id: string;
  /** In order. */
  readonly parts: readonly Payload[];
  readonly refusedDataPoints: number;
}

interface Undelivered {
  readonly reason: string;
  /** How many data points were not delivered, of a payload that went in parts; all where absent. */
  readonly dataPoints?: number;
}

export type DeliveryOutcome =
  | { readonly kind: 'ok' }
  /** May work later. */
  | ({ readonly kind: 'retryable'; readonly retryAfterMs?: number } & Undelivered)
  /** Will never work. Told to the log by whoever sends. */
  | ({ readonly kind: 'permanent' } & Undelivered);

/**
 * Sends once; never rejects, and always settles: within the exporter's timeout, and at once when `signal` is aborted.
 */
export type SendPayload = (payload: QueuedPayload, signal: AbortSignal) => Promise<DeliveryOutcome>;
