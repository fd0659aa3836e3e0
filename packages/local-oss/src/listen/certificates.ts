import { generateKeyPair, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The certificate of an https server, its key, and the authority that its clients must trust, in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Names of a server over TLS. */
export interface ServerNames {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

const DAY_MS = 86_400_000;
const LIFE_DAYS = 365;
const KEY = {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

/**
 * Makes a certificate authority for one server, and its certificate. The authority's key is kept nowhere: nothing else can
 * ever be signed with it.
 */
export async function createCertificates({ hosts, addresses }: ServerNames): Promise<Certificates> {
  // Loaded here, as most servers need none of it.
  const { default: forge } = await import('node-forge');
  const generate = promisify(generateKeyPair);
  const [authority, server] = await Promise.all([generate('rsa', KEY), generate('rsa', KEY)]);

  const certify = (subject: string, publicKey: string, extensions: readonly object[]): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
    // A number is positive when its first bit is not set.
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    // Clients compare these with the real time, whatever the server's own clock says.
    certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
    certificate.validity.notAfter = new Date(Date.now() + LIFE_DAYS * DAY_MS);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: 'local-oss test CA' }]);
    certificate.setExtensions([...extensions]);
    certificate.sign(forge.pki.privateKeyFromPem(authority.privateKey), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };

  const keyIdentifier = forge.pki.getPublicKeyFingerprint(forge.pki.publicKeyFromPem(authority.publicKey)).getBytes();
  return {
    ca: certify('local-oss test CA', authority.publicKey, [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ]),
    certificate: certify('local-oss', server.publicKey, [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      // Python since 3.13 and others that verify strictly want both identifiers.
      { name: 'subjectKeyIdentifier' },
      { name: 'authorityKeyIdentifier', keyIdentifier },
      {
        name: 'subjectAltName',
        altNames: [...hosts.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))],
      },
    ]),
    key: server.privateKey,
  };
}

// `*` stands for one label, and Node takes it only with two labels behind it.
const HOSTS = ['localhost', '*.localhost', 'oss.localhost', 'sts.localhost', '*.oss.localhost', '*.aliyuncs.com'];

/** Names by which clients may reach a server over TLS, in path style or by virtual host. */
export function serverNames(options: {
  readonly region: string;
  readonly cnames: Iterable<string>;
  /** Address that the server listens on. */
  readonly address: string;
}): ServerNames {
  const { region, cnames, address } = options;
  const endpoints = [`oss-${region}.localhost`, `oss-${region}.aliyuncs.com`, `oss-${region}-internal.aliyuncs.com`];
  return {
    hosts: [
      ...new Set([
        ...HOSTS,
        ...endpoints,
        ...endpoints.map((endpoint) => `*.${endpoint}`),
        `sts.${region}.aliyuncs.com`,
        `sts-vpc.${region}.aliyuncs.com`,
        ...cnames,
      ]),
    ],
    addresses: [...new Set(['127.0.0.1', '::1', address])],
  };
}

/** A certificate in a file, as `NODE_EXTRA_CA_CERTS` and its like want it. */
export interface CaFile {
  readonly path: string;
  /** Removes what was made for it beside the server's own directory. */
  remove(): Promise<void>;
}

/** @param directory the server's own; without one, a temporary folder */
export async function writeCaFile(ca: string, directory: string | undefined): Promise<CaFile> {
  const folder = directory ?? (await mkdtemp(join(tmpdir(), 'local-oss-')));
  const path = join(folder, 'local-oss-ca.pem');
  await writeFile(path, ca);
  return {
    path,
    remove: () => (directory === undefined ? rm(folder, { recursive: true, force: true }) : Promise.resolve()),
  };
}
