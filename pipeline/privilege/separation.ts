/** What `service.privilege.separate` may be: whether devices and the network are the matter of two processes. */
export const separations = ['auto', 'always', 'never'] as const;
export type Separation = (typeof separations)[number];
