import {
  absolutePath,
  durationMs,
  field,
  listOf,
  object,
  refine,
  section,
  string,
  type Infer,
} from '../../config/schema.ts';
import { intervalKeys, intervalProblem } from '../intervals.ts';

const volumes = object({
  include: field(
    listOf(string()),
    ['*'],
    "Globs on the PersistentVolume's name, the volume id or the CSI driver (`ebs.csi.aws.com`): volumes to read.",
  ),
  exclude: field(listOf(string()), [], 'The same: volumes to leave out.'),
});

const options = object({
  collection_interval: field(durationMs({ min: 1000 }), 60_000, 'How often exporters that push read.'),
  min_interval: field(
    durationMs(),
    15_000,
    'A reading younger than this is shared, by scrapes and pushes alike.',
  ),
  read_timeout: field(
    durationMs({ min: 10, max: 30_000 }),
    1000,
    'How long one file system may take. One that takes longer costs its own points only, and is not asked again before it has answered.',
  ),
  kubelet_path: field(
    absolutePath(),
    '/var/lib/kubelet',
    "The kubelet's folder. In a container it is mounted at the same path, with `mountPropagation: HostToContainer`.",
  ),
  volumes: section(volumes, 'Which volumes to read.'),
});

/** What the receiver `volume_usage` takes. Times are ms. */
export const volumeUsageReceiverConfig = refine(options, intervalKeys, intervalProblem);

export type VolumeUsageReceiverConfig = Infer<typeof volumeUsageReceiverConfig>;
