import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Collection } from '../../collection.ts';
import { writePage } from './exposition.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import type { PageContent } from './families.ts';
import { createPageBuffers, type PageBuffer, type PageBuffers } from './page-buffers.ts';
import { createPageText, type PageText } from './page-text.ts';

const compress = promisify(gzip);

/** A page as it goes out. Whoever uses its bytes later than at once holds them: they are written over by a later page. */
export interface RenderedPage {
  readonly contentType: string;
  readonly body: Buffer;
  readonly hold: PageBuffer['hold'];
  /** Compressed at the first call, off the event loop, for all who ask. */
  readonly gzipped: () => Promise<Buffer>;
}

/** What is kept to make the next page of the last one. */
interface Template {
  readonly layout: Collection['layout'];
  readonly numbersOf: (values: Float64Array, into: Float64Array) => void;
  readonly numbers: Float64Array;
  readonly text: PageText;
}

/** A format that somebody asks for. */
interface Asked {
  readonly buffers: PageBuffers;
  template?: Template;
  /** The latest page, and what it is of. */
  latest?: { readonly of: WeakRef<Collection>; readonly page: RenderedPage };
  /** Pages rendered in all formats when this one was last asked for. */
  lastRendering: number;
}

/** A format that nobody asked for while this many pages were rendered in others is forgotten: it takes megabytes. */
const forgottenAfter = 20;

/**
 * Level 1 was measured against 2 and 6: at 128 volumes, 1.6 MB, 2.5, 2.8 and 6.7 ms for 83, 84 and 75 KB. No other option
 * is worth its line: larger output chunks and a stream kept from page to page change 3 %, less memory costs more.
 */
const compression = { level: constants.Z_BEST_SPEED };

function renderedPage({ contentType }: ExpositionFormat, { bytes, hold }: PageBuffer): RenderedPage {
  let compressed: Promise<Buffer> | undefined;
  const gzipped = async () => {
    const release = hold();
    try {
      return await compress(bytes, compression);
    } finally {
      release();
    }
  };
  return { contentType, body: bytes, hold, gzipped: () => (compressed ??= gzipped()) };
}

/**
 * Renders a collection once in each format that is asked for, however many ask. A page is made of the last one in its
 * format where only numbers differ, else from the families up.
 */
export function createPageRenderer(
  content: (layout: Collection['layout']) => PageContent,
): (collection: Collection, format: ExpositionFormat) => RenderedPage {
  const formats = new Map<ExpositionFormat, Asked>();
  let renderings = 0;

  /** The families up, where there is no page of this layout to make it from. */
  const renderAnew = (collection: Collection, format: ExpositionFormat, asked: Asked): PageBuffer => {
    const { families } = content(collection.layout);
    const draft = writePage(families, format, collection.values);
    const text = createPageText(draft, asked.buffers);
    asked.template = {
      layout: collection.layout,
      numbersOf: draft.numbersOf,
      numbers: new Float64Array(draft.numbers.length),
      text,
    };
    return text.latest();
  };

  const render = (collection: Collection, format: ExpositionFormat, asked: Asked): PageBuffer => {
    const { template } = asked;
    if (template === undefined || template.layout !== collection.layout) {
      return renderAnew(collection, format, asked);
    }
    template.numbersOf(collection.values, template.numbers);
    return template.text.write(template.numbers);
  };

  const forget = () => {
    for (const [format, { lastRendering }] of formats) {
      if (renderings - lastRendering > forgottenAfter) formats.delete(format);
    }
  };

  return (collection, format) => {
    const asked = formats.get(format) ?? { buffers: createPageBuffers(), lastRendering: renderings };
    formats.set(format, asked);
    if (asked.latest?.of.deref() !== collection) {
      const page = renderedPage(format, render(collection, format, asked));
      asked.latest = { of: new WeakRef(collection), page };
      renderings += 1;
      asked.lastRendering = renderings;
      forget();
    }
    asked.lastRendering = renderings;
    return asked.latest.page;
  };
}
