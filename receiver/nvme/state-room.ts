/**
 * Room for the numbers that are made of one reading, those of all volumes in one array where there is enough of it: typed
 * arrays are dear.
 */
export interface StateRoom {
  /** What was taken last is in this one. */
  values: Float64Array;
  next: number;
  /** How many numbers were taken so far: what the next reading needs, nearly always. */
  taken: number;
}

const leastLength = 256;

export function createStateRoom(length: number): StateRoom {
  return { values: new Float64Array(length), next: 0, taken: 0 };
}

/** @returns where in `room.values` there is room for so many numbers, which nobody else is given */
export function takeRoom(room: StateRoom, length: number): number {
  if (room.next + length > room.values.length) {
    room.values = new Float64Array(Math.max(length, leastLength));
    room.next = 0;
  }
  const at = room.next;
  room.next += length;
  room.taken += length;
  return at;
}
