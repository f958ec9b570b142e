import { readFileSync, writeFileSync } from 'node:fs';
import { benchmarksDocument } from './document.ts';
import type { Results } from './figures.ts';

/** `make bench-docs`: results of a run in, docs/benchmarks.md out. */

const [resultsFile = 'build/bench/results.json', documentFile = 'docs/benchmarks.md'] = process.argv.slice(2);
const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
writeFileSync(documentFile, benchmarksDocument(results));
