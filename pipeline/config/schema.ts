/**
 * Schemas for configuration: small parts that turn located YAML into typed values, name every problem, and document
 * themselves. A component's config.ts imports this file and nothing else.
 */
export type { Infer, Outcome, Place, Printable, Schema, FieldReference } from './schemas/schema.ts';
export { checked } from './schemas/schema.ts';
export { field, object, refine, required, section, type ObjectSchema } from './schemas/object.ts';
export { listOf, mapOf, optional } from './schemas/collections.ts';
export { boolean, integer, number, oneOf, secret, string, type Bounds } from './schemas/scalars.ts';
export { byteSize, durationMs } from './schemas/quantities.ts';
export { absolutePath } from './schemas/files.ts';
export { hostPort, httpUrl, type HostPort } from './schemas/network.ts';
