import { isIPv6 } from 'node:net';

/** Of an IPv6 address the network counts: https://www.rfc-editor.org/rfc/rfc6177 gives a site at least 2^64 addresses. */
const networkWords = 4;

function words(part: string): readonly string[] {
  return part === '' ? [] : part.split(':');
}

/**
 * Who is behind an address, as far as fairness goes: the address itself with IPv4, its /64 network with IPv6.
 * @param address as Node writes it, `::ffff:10.0.0.1` where IPv4 comes in by an IPv6 socket
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::', 2);
  const before = words(head);
  const after = words(tail ?? '');
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, networkWords).join(':');
}
