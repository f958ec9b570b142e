import {
  absolutePath,
  boolean,
  durationMs,
  field,
  integer,
  listOf,
  object,
  refine,
  section,
  string,
  type Infer,
} from '../../config/schema.ts';
import { intervalKeys, intervalProblem } from '../intervals.ts';

const devices = object({
  include: field(
    listOf(string()),
    ['*'],
    'Globs on the device name (`nvme1n1`) or the volume id: volumes to read. `EBS_DEVICE` sets it where the file does not.',
  ),
  exclude: field(listOf(string()), [], 'Globs on the device name or the volume id: volumes to leave out.'),
});

const options = object({
  collection_interval: field(
    durationMs({ min: 100 }),
    10_000,
    'How often exporters that push read. A scrape reads for itself. `OTEL_METRIC_EXPORT_INTERVAL` sets it where the file does not.',
  ),
  min_interval: field(
    durationMs(),
    1000,
    'A reading younger than this is shared, by scrapes and pushes alike. The drive changes its page about once a second.',
  ),
  read_timeout: field(
    durationMs({ min: 10, max: 30_000 }),
    2000,
    'How long one device may take. One that takes longer costs its own points only.',
  ),
  dev_path: field(
    absolutePath(),
    '/dev',
    "Where device nodes are: in a container, where the host's are mounted.",
  ),
  sys_path: field(absolutePath(), '/sys', "Where sysfs is: in a container, where the host's is mounted."),
  devices: section(devices, 'Which volumes to read.'),
  instance_store: field(boolean(), true, 'Read instance-store drives too.'),
  latency_histograms: field(boolean(), true, 'Report how latencies were distributed.'),
  io_size_histograms: field(
    boolean(),
    false,
    'Report latencies by size of the I/O too, where the drive tells (instance store).',
  ),
  simulate: field(
    integer({ min: 0, max: 512 }),
    0,
    'How many simulated volumes to read instead of real ones. 0 reads the real ones.',
  ),
});

/** What the receiver `nvme` takes. Times are ms. */
export const nvmeReceiverConfig = refine(options, intervalKeys, intervalProblem);

export type NvmeReceiverConfig = Infer<typeof nvmeReceiverConfig>;
