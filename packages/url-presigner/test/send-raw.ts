import { request } from 'node:http';

/** A response, read to its end. */
export interface RawResponse {
  readonly status: number;
  /** The error body or, for HEAD, the `x-oss-err` header. */
  readonly error: string;
}

/** Sends a request as it is to the server behind `endpoint`: no URL parser normalises it. */
export function sendRaw(
  endpoint: string,
  sent: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string>> },
): Promise<RawResponse> {
  const { hostname, port } = new URL(endpoint);
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)(.*)$/s.exec(sent.url) ?? [];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method: sent.method, path, headers: { host, ...sent.headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, error: String(response.headers['x-oss-err'] ?? body) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
