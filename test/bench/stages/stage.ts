/** In the order of a scrape. */
export const stageNames = ['discovery', 'reading', 'collection', 'page', 'gzip'] as const;

/** CPU time of each, ms. */
export type StageCosts = Readonly<Record<(typeof stageNames)[number], number>>;
