/** Amazon's variables for the instance metadata service, the same for all its SDKs. */
export interface MetadataEnvironment {
  readonly [name: string]: string | undefined;
  readonly AWS_EC2_METADATA_DISABLED?: string | undefined;
  readonly AWS_EC2_METADATA_SERVICE_ENDPOINT?: string | undefined;
  /** `IPv4` or `IPv6`; ignored where the endpoint is given. */
  readonly AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE?: string | undefined;
}

export type EndpointChoice = { readonly endpoints: readonly URL[] } | { readonly unusable: string };

const ipv4 = new URL('http://169.254.169.254');
const ipv6 = new URL('http://[fd00:ec2::254]');

/** Where to ask for instance metadata: both address families where the environment has no opinion. */
export function chooseEndpoints(env: MetadataEnvironment): EndpointChoice {
  if (env.AWS_EC2_METADATA_DISABLED?.trim().toLowerCase() === 'true') {
    return { unusable: 'AWS_EC2_METADATA_DISABLED is true' };
  }
  const given = env.AWS_EC2_METADATA_SERVICE_ENDPOINT?.trim() ?? '';
  if (given !== '') {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    if (url?.protocol === 'http:') return { endpoints: [url] };
    return { unusable: `AWS_EC2_METADATA_SERVICE_ENDPOINT is no http URL: ${JSON.stringify(given)}` };
  }
  switch (env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE?.trim().toLowerCase()) {
    case 'ipv4':
      return { endpoints: [ipv4] };
    case 'ipv6':
      return { endpoints: [ipv6] };
    default:
      return { endpoints: [ipv4, ipv6] };
  }
}
