import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';

/** Compares with what is kept; with UPDATE_GOLDEN=1 keeps it anew. */
export function expectGolden(name: string, actual: string): void {
  const path = new URL(`golden/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual);
  expect(existsSync(path), `golden/${name} is missing: run with UPDATE_GOLDEN=1`).to.equal(true);
  expect(actual).to.equal(readFileSync(path, 'utf8'));
}
