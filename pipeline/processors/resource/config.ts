import { field, listOf, object, type Infer } from '../../config/schema.ts';
import { attributeActionSchema } from '../attribute-actions.ts';

export const resourceProcessorSchema = object({
  attributes: field(listOf(attributeActionSchema), [], "Actions on the resource's attributes, in order."),
});

export type ResourceProcessorConfig = Infer<typeof resourceProcessorSchema>;
