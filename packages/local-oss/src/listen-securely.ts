import type { RequestListener } from 'node:http';
import { listen, type Listening } from './listen.ts';
import type { HttpsFacts } from './local-oss.ts';
import { writeCaFile } from './tls/ca-file.ts';
import { createCertificates } from './tls/certificates.ts';
import { ownNames } from './tls/own-names.ts';

/** What TLS is made of. */
export interface ListenSecurelyOptions {
  readonly host: string;
  readonly region: string;
  readonly cnames: Iterable<string>;
  /** Address that the plain server was bound to. */
  readonly address: string;
  readonly directory: string | undefined;
}

/** Listens with TLS on a free port, with a certificate authority of its own. */
export async function listenSecurely(
  listener: RequestListener,
  options: ListenSecurelyOptions,
): Promise<HttpsFacts & Pick<Listening, 'close'>> {
  const tls = await createCertificates(ownNames(options));
  const file = await writeCaFile(tls.ca, options.directory);
  const listening = await listen(listener, { host: options.host, port: 0, tls });
  return {
    endpoint: listening.endpoint,
    ca: tls.ca,
    caFile: file.path,
    async close(): Promise<void> {
      await listening.close();
      await file.remove();
    },
  };
}
