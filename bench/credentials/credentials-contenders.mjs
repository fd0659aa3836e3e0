import ramRoleArn from '@alicloud/credentials/dist/src/providers/ram_role_arn.js';
import staticAk from '@alicloud/credentials/dist/src/providers/static_ak.js';
import OSS from 'ali-oss';
import { cached } from '@ossgrant/credentials-core';
import { assumeRole } from '@ossgrant/credentials-sts';
import { clock } from './simulated-time.mjs';

// Ours and the peers, each as a function that gives the key id that a caller would sign with now.

/**
 * @typedef {object} Setting
 * @property {import('@ossgrant/local-oss').LocalOss} oss
 * @property {import('./credentials-transport.mjs').Transport} transport
 * @property {number} seconds life of a token
 */

/** @type {{ name: string, create(setting: Setting): Promise<() => Promise<string>> }[]} */
export const CONTENDERS = [
  {
    name: 'ossgrant',
    async create({ oss, transport, seconds }) {
      const source = assumeRole({
        caller: oss.owner,
        roleArn: oss.roleArn,
        sessionName: 'bench',
        scope: 'whole-role',
        durationSeconds: seconds,
        async fetch(_url, init) {
          const { status, headers, text } = await transport.post(/** @type {string} */ (init?.body));
          return new Response(text, { status, headers });
        },
        // Pauses within a fetch take no time here: the tries of one fetch fall on one instant.
        sleep: async () => {},
      });
      const provider = cached(source, { clock });
      return async () => (await provider.getCredentials()).accessKeyId;
    },
  },
  {
    name: '@alicloud/credentials 2.4.7',
    async create({ oss, transport, seconds }) {
      const { accessKeyId, accessKeySecret } = oss.owner;
      const owner = staticAk.default.builder().withAccessKeyId(accessKeyId).withAccessKeySecret(accessKeySecret);
      const provider = ramRoleArn.default
        .builder()
        .withCredentialsProvider(owner.build())
        .withRoleArn(oss.roleArn)
        .withRoleSessionName('bench')
        .withDurationSeconds(seconds)
        .build();
      provider.doRequest = async ({ queries, bodyForm }) => {
        const { status, headers, text } = await transport.post(
          new URLSearchParams({ ...queries, ...bodyForm }).toString(),
        );
        return { statusCode: status, headers: Object.fromEntries(headers), body: Buffer.from(text) };
      };
      return async () => (await provider.getCredentials()).accessKeyId;
    },
  },
  {
    name: 'ali-oss 6.23.0 refreshSTSToken',
    async create({ oss, transport, seconds }) {
      const urllib = {
        /** @param {string} _url @param {{ content: string }} options */
        async request(_url, { content }) {
          const { status, headers, text } = await transport.post(content);
          return { status, headers: Object.fromEntries(headers), data: text };
        },
      };
      const sts = new OSS.STS({ ...plain(oss.owner), endpoint: oss.endpoint, urllib });
      const assume = async () => {
        const { credentials } = await sts.assumeRole(oss.roleArn, undefined, seconds, 'bench');
        const { AccessKeyId, AccessKeySecret, SecurityToken } = credentials;
        return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, stsToken: SecurityToken };
      };
      // The first token is the application's business.
      const client = new OSS({
        region: 'oss-cn-hangzhou',
        bucket: 'bench',
        ...(await assume()),
        refreshSTSToken: assume,
      });
      return async () => {
        await client.signatureUrlV4('GET', 60, {}, 'key');
        return client.options.accessKeyId;
      };
    },
  },
];

/** @param {import('@ossgrant/credentials-core').Credentials} owner */
function plain({ accessKeyId, accessKeySecret }) {
  return { accessKeyId, accessKeySecret };
}
