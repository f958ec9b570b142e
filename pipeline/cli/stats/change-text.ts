import type { Change } from './follow.ts';

/** A sentence on what is not a difference. */
export function changeText(change: Exclude<Change, { type: 'failed' | 'difference' }>): string {
  const { device, id } = change.volume;
  switch (change.type) {
    case 'appeared':
      return `${device} (${id}) can be read now, differences follow`;
    case 'reset':
      return `${device} (${id}) was attached anew, its counters are back at zero`;
    case 'detached':
      return `${device} (${id}) was detached`;
  }
}
