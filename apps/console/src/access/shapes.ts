import type { Credentials } from '../api/types.ts';

export const SHAPES = ['plain', 'mobile', 'uri'] as const;
export type Shape = (typeof SHAPES)[number];

/** Credentials as a kind of client reads them. */
export function writeCredentials(given: Credentials, shape: Shape): string {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = given;
  const upper = {
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret,
    SecurityToken: securityToken,
    Expiration: `${expiration.slice(0, 19)}Z`,
  };
  const bodies = {
    plain: { accessKeyId, accessKeySecret, securityToken, expiration },
    mobile: { StatusCode: 200, ...upper },
    uri: { Code: 'Success', ...upper },
  };
  return JSON.stringify(bodies[shape], null, 2);
}

/** The address of a handle for a kind of client. */
export function addressFor(url: string, shape: Shape): string {
  return shape === 'plain' ? url : `${url}/${shape}`;
}
