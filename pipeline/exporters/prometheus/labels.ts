import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { escapeLabelValue } from './escaping.ts';

/**
 * Attributes as Prometheus labels, by the OpenTelemetry compatibility rules:
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */

/** The bucket's bound has this name; on a page a label may stand only once. */
const boundLabel = 'le';

/**
 * A valid label name: `k8s.node.name` becomes `k8s_node_name`. One that begins with a digit gets `key_`, as from
 * Prometheus' own translator.
 */
export function labelName(attributeName: string): string {
  const name = attributeName.replace(/[^a-zA-Z0-9_]/g, '_').replace(/__+/g, '_');
  if (name === boundLabel) return `exported_${boundLabel}`;
  if (name === '') return '_';
  return /^[0-9]/.test(name) ? `key_${name}` : name;
}

/** Strings as they are, everything else in JSON. */
export function attributeText(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function label(name: string, value: string): string {
  return `${name}="${escapeLabelValue(value)}"`;
}

/**
 * Every attribute as a label, in the order given. Attributes whose names become one label share it: their values are
 * joined with `;`, in the order of the attributes' names.
 *
 * @param taken label names that are on the series already: these attributes are left out
 */
export function attributeLabels(attributes: Attributes, taken?: ReadonlySet<string>): string[] {
  const byName = new Map<string, { attributeName: string; value: string }[]>();
  for (const [attributeName, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const name = labelName(attributeName);
    if (taken?.has(name)) continue;
    const sharing = byName.get(name);
    if (sharing === undefined) byName.set(name, [{ attributeName, value: attributeText(value) }]);
    else sharing.push({ attributeName, value: attributeText(value) });
  }
  return Array.from(byName, ([name, sharing]) => {
    if (sharing.length > 1) sharing.sort((a, b) => (a.attributeName < b.attributeName ? -1 : 1));
    return label(name, sharing.map(({ value }) => value).join(';'));
  });
}
