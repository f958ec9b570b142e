/** Where a receiver says what happened; pipeline/telemetry/logger.ts is one. */
export interface ReceiverLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}
