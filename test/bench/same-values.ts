import { parsePage, type ParsedFamily, type ParsedSample } from '../fixtures/page-parser.ts';
import type { Subject } from './subject.ts';

/** That the subjects do the same work: what one serves, ours serves too, with the same values. */

function seriesOf({ name, labels }: ParsedSample): string {
  const sorted = [...labels]
    // A bound may be written 1e-06 or 0.000001.
    .map(([key, value]) => `${key}=${key === 'le' ? Number(value.replace('+Inf', 'Infinity')) : value}`)
    .toSorted();
  return `${name}{${sorted.join(',')}}`;
}

function valuesOf(families: Iterable<ParsedFamily>): Map<string, number> {
  const values = new Map<string, number>();
  for (const { samples } of families)
    for (const sample of samples) values.set(seriesOf(sample), sample.value);
  return values;
}

/** Without the lines that the stock exporter writes though this format has none of them. */
const withoutUnits = (page: string) => page.replaceAll(/^# UNIT .*\n/gm, '');

/** The families of the volumes that every subject has. */
const sharedFamilies = 13;

/** @throws naming the first series that differs */
export async function checkSameValues(subjects: readonly Subject[]): Promise<void> {
  const ours = subjects.find(({ name }) => name === 'ours');
  if (ours === undefined) return;
  const oursValues = valuesOf(parsePage(await ours.page(), 'text').values());
  for (const other of subjects) {
    if (other === ours || other.name === 'floor') continue;
    const families = [...parsePage(withoutUnits(await other.page()), 'text').values()].filter(({ name }) =>
      name.startsWith('ebs_'),
    );
    if (families.length !== sharedFamilies) {
      throw new Error(
        `${other.name} serves ${families.length} metrics of volumes instead of ${sharedFamilies}`,
      );
    }
    for (const [series, value] of valuesOf(families)) {
      const found = oursValues.get(series);
      if (found !== value) throw new Error(`${series} is ${value} by ${other.name} and ${found} by ours`);
    }
  }
}
