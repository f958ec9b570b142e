import { field, listOf, object, type Infer } from '../../config/schema.ts';
import { attributeActionSchema } from '../attribute-actions.ts';

export const attributesProcessorSchema = object({
  actions: field(listOf(attributeActionSchema), [], "Actions on every data point's attributes, in order."),
});

export type AttributesProcessorConfig = Infer<typeof attributesProcessorSchema>;
