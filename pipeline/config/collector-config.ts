import { separations, type Separation } from '../privilege/separation.ts';
import { logEncodings, logLevels, type LogEncoding, type LogLevel } from '../telemetry/logger.ts';
import { foreignSections, foreignServiceKeys } from './collector-advice.ts';
import { parseComponentId, type ComponentKind } from './component-id.ts';
import { components, type Component, type ComponentSchemas } from './components.ts';
import { findEntry, type Node } from './node.ts';
import { pipelines, type DefinedIds, type PipelineMap } from './pipelines.ts';
import { mapOf, optional } from './schemas/collections.ts';
import { field, object, section } from './schemas/object.ts';
import { oneOf, string } from './schemas/scalars.ts';
import { checked } from './schemas/schema.ts';

export interface CollectorConfig<S extends ComponentSchemas = ComponentSchemas> {
  readonly receivers: ReadonlyMap<string, Component<S['receivers']>>;
  readonly processors: ReadonlyMap<string, Component<S['processors']>>;
  readonly exporters: ReadonlyMap<string, Component<S['exporters']>>;
  readonly service: {
    readonly pipelines: PipelineMap;
    readonly privilege: { readonly separate: Separation; readonly reader_socket: string | undefined };
    readonly telemetry: {
      readonly logs: { readonly level: LogLevel; readonly encoding: LogEncoding };
      /** Attributes to add to what is detected, or to put in its place. */
      readonly resource: Readonly<Record<string, string>>;
    };
  };
}

export const sections = { receiver: 'receivers', processor: 'processors', exporter: 'exporters' } as const;

/** The ids under each section, aliases resolved. */
export function definedIds(root: Node | undefined, schemas: ComponentSchemas): DefinedIds {
  const ids = (kind: ComponentKind): readonly string[] => {
    const map = findEntry(root, sections[kind])?.value;
    const keys = map?.kind === 'mapping' ? map.entries.map(({ key }) => key) : [];
    return [...new Set(keys.flatMap((key) => parseComponentId(key, schemas.aliases?.[kind])?.id ?? []))];
  };
  return { receiver: ids('receiver'), processor: ids('processor'), exporter: ids('exporter') };
}

/** sockaddr_un has room for 107 bytes. */
const socketPath = () =>
  checked(string(), (value) =>
    value.startsWith('/') && Buffer.byteLength(value) < 108
      ? undefined
      : `expected an absolute path of at most 107 bytes but received ${JSON.stringify(value)}`,
  );

/** The schema of a whole configuration whose pipelines may refer to these ids. */
export function collectorSchema(schemas: ComponentSchemas, defined: DefinedIds, isTerminal: boolean) {
  const { aliases } = schemas;
  const logs = object({
    level: field(oneOf(logLevels), 'info', 'The least important events that are logged.'),
    encoding: field(
      oneOf(logEncodings),
      isTerminal ? 'console' : 'json',
      'One JSON object a line, or lines for people; on a terminal the default is `console`.',
    ),
  });
  const telemetry = object({
    logs: section(logs, "The collector's log, on standard error."),
    resource: field(
      mapOf(string()),
      {},
      'Attributes of the resource, beside what is detected and before it.',
    ),
  });
  const privilege = object({
    separate: field(
      oneOf(separations),
      'auto',
      'Whether `run` leaves CAP_SYS_ADMIN and the devices to a reader process, and goes on as user 65532 without any privilege: where it was started with privilege and can, `always` or not at all, `never`.',
    ),
    reader_socket: field(
      optional(socketPath()),
      undefined,
      'Where `ebs-nvme-reader listen` waits, in a container of its own: then it reads the drives, below its own folder, and `run` needs no privilege.',
    ),
  });
  const service = object(
    {
      pipelines: field(pipelines(defined, aliases), new Map(), 'Which components work together.'),
      privilege: section(privilege, 'What the process that listens on the network may do.'),
      telemetry: section(telemetry, 'What the collector says about itself.'),
    },
    foreignServiceKeys,
  );
  return object(
    {
      receivers: field(
        components('receiver', schemas.receivers, aliases?.receiver),
        new Map(),
        'Where metrics come from.',
      ),
      processors: field(
        components('processor', schemas.processors, aliases?.processor),
        new Map(),
        'What changes them.',
      ),
      exporters: field(
        components('exporter', schemas.exporters, aliases?.exporter),
        new Map(),
        'Where they go.',
      ),
      service: section(service, 'How it all works together.'),
    },
    foreignSections,
  );
}
