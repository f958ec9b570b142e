import type { Config } from '../components.ts';
import { queueDirectory } from '../exporters/sending-queue/directory.ts';

/** What a configuration names in the file system. */
export interface NamedPaths {
  /** To be read: certificates, keys, tokens. */
  readonly files: readonly string[];
  /** To be written to. */
  readonly folders: readonly string[];
}

/** Every key that names a file ends so, the Collector's too; but that of Kubernetes' own. */
const fileKey = /(?:_file|^kubeconfig)$/;

function filesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    fileKey.test(key) && typeof inner === 'string' ? [inner] : filesIn(inner),
  );
}

export function namedPaths(config: Pick<Config, 'receivers' | 'processors' | 'exporters'>): NamedPaths {
  const components = [config.receivers, config.processors, config.exporters].flatMap((each) => [
    ...each.values(),
  ]);
  return {
    files: components.flatMap((component) => filesIn(component.config)),
    folders: [...config.exporters].flatMap(([id, exporter]) => {
      const storage = exporter.type === 'otlphttp' ? exporter.config.sending_queue.storage : undefined;
      return storage === undefined ? [] : [queueDirectory(storage, id)];
    }),
  };
}
