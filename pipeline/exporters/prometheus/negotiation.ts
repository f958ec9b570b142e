import { type ExpositionFormat, openMetricsFormat, textFormat } from './exposition-format.ts';

/** What a client can take, from its Accept headers: https://www.rfc-editor.org/rfc/rfc9110#section-12.5 */

interface Preference {
  /** `text/plain`, `text/*`, `gzip`, `*`: in lower case. */
  readonly range: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 is a refusal. */
  readonly quality: number;
}

function preferences(header: string): readonly Preference[] {
  return header.split(',').flatMap((item) => {
    const [range = '', ...rest] = item.split(';').map((part) => part.trim().toLowerCase());
    if (range === '') return [];
    const parameters = new Map(
      rest.map((parameter) => {
        const [name = '', value = ''] = parameter.split('=', 2);
        return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
      }),
    );
    const q = Number(parameters.get('q') ?? '1');
    return [{ range, parameters, quality: q >= 0 && q <= 1 ? q : 0 }];
  });
}

/** How much the client wants this; the most specific of the ranges that it falls under decides. */
function quality(
  accepted: readonly Preference[],
  ranges: readonly string[],
  version?: string,
): number | undefined {
  for (const range of ranges) {
    const matching = accepted.filter(
      (each) => each.range === range && (each.parameters.get('version') ?? version) === version,
    );
    if (matching.length > 0) return Math.max(...matching.map((each) => each.quality));
  }
  return undefined;
}

/** A scraper sends the same header each time. */
function rememberingLast<Told>(
  tell: (header: string | undefined) => Told,
): (header: string | undefined) => Told {
  let last: { readonly header: string | undefined; readonly told: Told } | undefined;
  return (header) => {
    if (last === undefined || last.header !== header) last = { header, told: tell(header) };
    return last.told;
  };
}

/**
 * The format for this `Accept`. OpenMetrics only to those who ask for it by name and like it no less than text; text to
 * everybody else, those included who ask for neither: a page in another format serves a person better than a refusal.
 */
export const negotiateFormat = rememberingLast((accept: string | undefined): ExpositionFormat => {
  const accepted = preferences(accept ?? '');
  const openMetrics = quality(accepted, ['application/openmetrics-text'], '1.0.0') ?? 0;
  const text = quality(accepted, ['text/plain', 'text/*', '*/*'], '0.0.4') ?? 0;
  return openMetrics > 0 && openMetrics >= text ? openMetricsFormat : textFormat;
});

export const acceptsGzip = rememberingLast(
  (acceptEncoding: string | undefined): boolean =>
    (quality(preferences(acceptEncoding ?? ''), ['gzip', '*']) ?? 0) > 0,
);
