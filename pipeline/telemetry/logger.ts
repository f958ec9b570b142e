/** Structured logs on standard error: one line an event. */

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logEncodings = ['json', 'console'] as const;
export type LogEncoding = (typeof logEncodings)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger;
}

export interface LogSettings {
  readonly level: LogLevel;
  readonly encoding: LogEncoding;
}

export interface LoggerOptions {
  /** Asked for every line: a reload may change them. */
  readonly settings: () => LogSettings;
  /** Must not throw. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
  readonly color?: boolean;
}

const ansi: Readonly<Record<LogLevel, string>> = { debug: '90', info: '36', warn: '33', error: '31' };

function plain(value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

function json(time: Date, level: LogLevel, message: string, fields: LogFields): string {
  const record: Record<string, unknown> = { ts: time.toISOString(), level, msg: message };
  for (const [key, value] of Object.entries(fields)) record[key] = plain(value);
  return JSON.stringify(record);
}

function human(time: Date, level: LogLevel, message: string, fields: LogFields, color: boolean): string {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const shown = plain(value);
      return `${key}=${typeof shown === 'string' && /^[^\s"=]+$/.test(shown) ? shown : JSON.stringify(shown)}`;
    })
    .join(' ');
  const head = `${time.toISOString().slice(11, 23)} ${paint(ansi[level], level.toUpperCase().padEnd(5))} ${message}`;
  return rest === '' ? head : `${head}  ${paint('90', rest)}`;
}

export function createLogger(options: LoggerOptions, base: LogFields = {}): Logger {
  const log = (level: LogLevel, message: string, fields: LogFields = {}) => {
    const settings = options.settings();
    if (logLevels.indexOf(level) < logLevels.indexOf(settings.level)) return;
    const all = { ...base, ...fields };
    const line =
      settings.encoding === 'json'
        ? json(options.now(), level, message, all)
        : human(options.now(), level, message, all, options.color ?? false);
    options.write(`${line}\n`);
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
    with: (fields) => createLogger(options, { ...base, ...fields }),
  };
}
