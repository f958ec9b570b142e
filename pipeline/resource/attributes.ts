/** The attributes of the resource: the one place for their names. All are in OpenTelemetry's registry. */
export const resourceAttribute = {
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  serviceInstanceId: 'service.instance.id',
  hostId: 'host.id',
  hostName: 'host.name',
  hostType: 'host.type',
  hostArch: 'host.arch',
  cloudProvider: 'cloud.provider',
  cloudPlatform: 'cloud.platform',
  cloudRegion: 'cloud.region',
  cloudAvailabilityZone: 'cloud.availability_zone',
  cloudAccountId: 'cloud.account.id',
  k8sNodeName: 'k8s.node.name',
  k8sClusterName: 'k8s.cluster.name',
} as const;

export type ResourceAttributes = Readonly<Record<string, string>>;

/** The attributes that are known. */
export function present(attributes: Readonly<Record<string, string | undefined>>): ResourceAttributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}
