/** What the identity document says of an instance. */
export interface InstanceIdentity {
  readonly instanceId: string;
  readonly instanceType: string | undefined;
  readonly region: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly accountId: string | undefined;
}

const longestValue = 256;

/** Undefined where the text is no identity document. Single values that are none are left out. */
export function parseIdentity(document: string): InstanceIdentity | undefined {
  const fields = parseObject(document);
  if (fields === undefined) return undefined;
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' && value.length <= longestValue ? value : undefined;
  };
  const instanceId = text('instanceId');
  if (instanceId === undefined || !/^i-[0-9a-f]+$/.test(instanceId)) return undefined;
  return {
    instanceId,
    instanceType: text('instanceType'),
    region: text('region'),
    availabilityZone: text('availabilityZone'),
    accountId: text('accountId'),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
