import { field, listOf, object, section, string, type Infer } from '../../config/schema.ts';

const ottl = 'there are no OTTL conditions here: use include and exclude';

const selection = object(
  {
    include: field(listOf(string()), ['*'], 'Globs; what none of them matches is dropped.'),
    exclude: field(listOf(string()), [], 'Globs; what any of them matches is dropped.'),
  },
  { metric: ottl, datapoint: ottl },
);

export const filterProcessorSchema = object(
  {
    metrics: section(selection, 'By the name of the metric, `aws.ebs.volume.io`.'),
    volumes: section(selection, "By the volume's id or the device's name. Metrics of no volume stay."),
  },
  { error_mode: 'there are no OTTL conditions here: remove it' },
);

export type FilterProcessorConfig = Infer<typeof filterProcessorSchema>;
