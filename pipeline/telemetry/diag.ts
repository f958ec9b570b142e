import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from './logger.ts';

/** What the OpenTelemetry SDK has to say of itself, into our log. */

/** otlp-exporter-base 0.223, logging-response-handler.js. */
const partialSuccessPrefix = 'Received Partial Success response:';
const longestMessage = 500;
/** The SDK repeats itself at every push; a bound on what is remembered of it. */
const rememberedMessages = 100;

let partialSuccess: string | undefined;

/**
 * What the backend said with its last "yes, but", as JSON. The SDK only logs it, in the same turn of the event loop in
 * which it calls the export's callback: an exporter that asks there gets its own backend's words.
 */
export function takePartialSuccess(): string | undefined {
  const taken = partialSuccess;
  partialSuccess = undefined;
  return taken;
}

/** Sends the SDK's warnings and errors to `logger`, each once; repetitions at debug. */
export function installDiag(logger: Logger): void {
  const seen = new Set<string>();
  const report = (level: 'warn' | 'error', args: readonly unknown[]): void => {
    const message = args.map(describe).join(' ').slice(0, longestMessage);
    if (seen.has(message)) return logger.debug(`opentelemetry: ${message}`);
    if (seen.size < rememberedMessages) seen.add(message);
    logger[level](`opentelemetry: ${message}`);
  };
  const quiet = (): void => {};
  diag.setLogger(
    {
      error: (...args) => report('error', args),
      warn: (...args) => {
        if (args[0] === partialSuccessPrefix) partialSuccess = String(args[1]);
        else report('warn', args);
      },
      info: quiet,
      debug: quiet,
      verbose: quiet,
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

function describe(value: unknown): string {
  if (value instanceof Error) return value.message;
  if (value instanceof Uint8Array) return `(${value.byteLength} bytes)`;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
