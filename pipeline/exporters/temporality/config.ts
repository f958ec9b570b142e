import { field, oneOf, type Infer } from '../../config/schema.ts';

const temporality = oneOf(['cumulative', 'delta']);

export type Temporality = Infer<typeof temporality>;

/** The key `temporality` of an exporter that pushes. */
export const temporalityField = field(
  temporality,
  'cumulative',
  'What counters and histograms say: the total since their start, or what was added since the push before (for Datadog and Dynatrace).',
);
