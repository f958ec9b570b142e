import type { Figure } from '../figures.ts';

export interface PartOptions {
  /** The whole length, where a plain run is shorter. */
  readonly full: boolean;
  /** How long a node is watched at work. */
  readonly soakSeconds: number;
  /** Tells the person who waits. */
  readonly say: (text: string) => void;
}

/** One part of the benchmark, on devices and processes of its own. */
export type Part = (options: PartOptions) => Promise<Figure[]>;
