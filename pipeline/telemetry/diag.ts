import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from './logger.ts';

/** What the OpenTelemetry SDK has to say of itself, into our log. */

const longestMessage = 500;
/** The SDK repeats itself at every push; a bound on what is remembered of it. */
const rememberedMessages = 100;

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
      warn: (...args) => report('warn', args),
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
