/**
 * The memory of pages. Two buffers take turns: the newest page is written in one from what the page before has in the
 * other. One that is still read (sent to a slow client, compressed) is held, and not written over until nobody does.
 */
export interface PageBuffers {
  /**
   * Memory for the next page. That of the page before stays as it is until the next call, and then for as long as it is
   * held.
   */
  take(sizeBytes: number): PageBuffer;
}

export interface PageBuffer {
  readonly bytes: Buffer;
  /**
   * Keeps the bytes as they are until the function that it gives back is called.
   *
   * @param onTakenBack is told when newer pages need the memory: whoever holds it must stop
   */
  hold(onTakenBack?: () => void): () => void;
}

/** Pages grow by a digit now and then: this much more, and the memory serves for long. */
const slack = 1.02;
/** Memory of more than this many times the page is given back. */
const maxWaste = 2;
/** What slow clients may hold of pages that there are newer ones of; of larger pages, one. */
const defaultMaxHeldBytes = 16 * 1024 ** 2;

interface Lent extends PageBuffer {
  readonly memory: Buffer;
  readonly holders: Set<() => void>;
  /** Held though there is a newer page, or written over. */
  state: 'newest' | 'held' | 'gone';
}

export function createPageBuffers(maxHeldBytes = defaultMaxHeldBytes): PageBuffers {
  let spare: Buffer | undefined;
  let newest: Lent | undefined;
  /** The oldest first. */
  const held = new Set<Lent>();

  const giveUp = (page: Lent) => {
    held.delete(page);
    page.state = 'gone';
    spare ??= page.memory;
  };

  /** Nothing slower than many newer pages is a scrape. Their memory is not used again: it may still be on its way out. */
  const takeBack = () => {
    let heldBytes = 0;
    for (const { memory } of held) heldBytes += memory.length;
    for (const page of held) {
      if (heldBytes <= maxHeldBytes || held.size === 1) return;
      heldBytes -= page.memory.length;
      held.delete(page);
      page.state = 'gone';
      for (const stop of page.holders) stop();
    }
  };

  const retire = (page: Lent) => {
    if (page.holders.size === 0) return giveUp(page);
    page.state = 'held';
    held.add(page);
    takeBack();
  };

  return {
    take(sizeBytes) {
      const wantedBytes = Math.ceil(sizeBytes * slack);
      const fits = spare !== undefined && spare.length >= sizeBytes && spare.length <= wantedBytes * maxWaste;
      const memory = (fits ? spare : undefined) ?? Buffer.allocUnsafeSlow(wantedBytes);
      spare = undefined;
      const page: Lent = {
        memory,
        bytes: memory.subarray(0, sizeBytes),
        holders: new Set(),
        state: 'newest',
        hold(onTakenBack = () => undefined) {
          if (page.state === 'gone')
            throw new Error('this page is gone: pages are held when they are rendered');
          const holder = () => onTakenBack();
          page.holders.add(holder);
          return () => {
            page.holders.delete(holder);
            if (page.state === 'held' && page.holders.size === 0) giveUp(page);
          };
        },
      };
      if (newest !== undefined) retire(newest);
      newest = page;
      return page;
    },
  };
}
