import type { PresignFields } from './contracts.ts';

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Query parameters that bind a link to a network.
 *
 * Experimental: whether the address itself travels in the URL is one of the questions in docs/assumptions.md.
 *
 * @throws TypeError for what is no address or VPC id
 * @throws RangeError for a mask that the address does not have
 */
export function sourceCondition(fields: Pick<PresignFields, 'sourceIp' | 'vpcId'>): [name: string, value: string][] {
  const parameters: [string, string][] = [];
  if (fields.sourceIp !== undefined) {
    const [address = '', mask, ...rest] = fields.sourceIp.split('/');
    const bits = addressBits(address);
    if (bits === undefined || rest.length > 0) throw new TypeError('sourceIp must be an IP address or network');
    const length = mask === undefined ? bits : Number(mask);
    if (mask === '' || !Number.isInteger(length) || length < 1 || length > bits) {
      throw new RangeError(`sourceIp must have a mask from 1 to ${bits}`);
    }
    parameters.push(['x-oss-ac-source-ip', address], ['x-oss-ac-subnet-mask', String(length)]);
  }
  if (fields.vpcId !== undefined) {
    if (!/^[\w-]+$/.test(fields.vpcId))
      throw new TypeError('vpcId must be a VPC id such as "vpc-t4nlw426y44rd3iq4xxxx"');
    parameters.push(['x-oss-ac-vpc-id', fields.vpcId]);
  }
  return parameters;
}

function addressBits(address: string): 32 | 128 | undefined {
  if (IPV4.test(address)) return 32;
  return /^[\da-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]`) ? 128 : undefined;
}
