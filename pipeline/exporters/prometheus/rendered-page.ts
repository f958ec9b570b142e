import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Collection } from '../../component.ts';
import { exposition } from './exposition.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import type { PageContent } from './families.ts';

const compress = promisify(gzip);

/** A page as it goes out. */
export interface RenderedPage {
  readonly contentType: string;
  readonly body: Buffer;
  /** Compressed at the first call, off the event loop, for all who ask. */
  readonly gzipped: () => Promise<Buffer>;
}

/** Larger than the last page by this, and no second buffer is needed. */
const slack = 1.05;

/**
 * Renders a collection once in each format that is asked for, however many ask. Pages live as long as the collection.
 */
export function createPageRenderer(
  content: (collection: Collection) => PageContent,
): (collection: Collection, format: ExpositionFormat) => RenderedPage {
  const pages = new WeakMap<Collection, Map<ExpositionFormat, RenderedPage>>();
  const lastBytes = new Map<ExpositionFormat, number>();

  const render = (collection: Collection, format: ExpositionFormat): RenderedPage => {
    const body = exposition(content(collection).families, format, lastBytes.get(format));
    lastBytes.set(format, Math.ceil(body.length * slack));
    let compressed: Promise<Buffer> | undefined;
    const gzipped = () => (compressed ??= compress(body, { level: constants.Z_BEST_SPEED }));
    return { contentType: format.contentType, body, gzipped };
  };

  return (collection, format) => {
    const byFormat = pages.get(collection) ?? new Map<ExpositionFormat, RenderedPage>();
    pages.set(collection, byFormat);
    const page = byFormat.get(format) ?? render(collection, format);
    byFormat.set(format, page);
    return page;
  };
}
