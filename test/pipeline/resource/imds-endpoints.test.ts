import { expect } from 'chai';
import { chooseEndpoints, type MetadataEnvironment } from '../../../pipeline/resource/imds-endpoints.ts';

function hosts(env: MetadataEnvironment): readonly string[] | string {
  const choice = chooseEndpoints(env);
  return 'unusable' in choice ? choice.unusable : choice.endpoints.map(({ host }) => host);
}

describe('the addresses of instance metadata', () => {
  it('are those of both families where the environment has no opinion', () => {
    expect(hosts({})).to.deep.equal(['169.254.169.254', '[fd00:ec2::254]']);
    expect(
      hosts({ AWS_EC2_METADATA_SERVICE_ENDPOINT: '', AWS_EC2_METADATA_DISABLED: 'false' }),
    ).to.have.length(2);
  });

  it('are of the family that the environment names', () => {
    expect(hosts({ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv4' })).to.deep.equal(['169.254.169.254']);
    expect(hosts({ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6' })).to.deep.equal(['[fd00:ec2::254]']);
  });

  it('are the one that the environment gives', () => {
    const endpoint = { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://[::1]:1338/' };
    expect(hosts({ ...endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv4' })).to.deep.equal([
      '[::1]:1338',
    ]);
  });

  it('are none where the environment says so, or says nothing usable', () => {
    expect(hosts({ AWS_EC2_METADATA_DISABLED: 'true' })).to.equal('AWS_EC2_METADATA_DISABLED is true');
    expect(hosts({ AWS_EC2_METADATA_SERVICE_ENDPOINT: 'ftp://x' })).to.equal(
      'AWS_EC2_METADATA_SERVICE_ENDPOINT is no http URL: "ftp://x"',
    );
  });
});
