interface AliOssClient {
  readonly options: { readonly accessKeyId: string };
  signatureUrlV4(method: string, expires: number, request: object, key: string): Promise<string>;
  signatureUrl(key: string, options: object): string;
  get(key: string, file: string): Promise<unknown>;
}

interface AliOssSts {
  assumeRole(
    role: string,
    policy: undefined,
    seconds: number,
    session: string,
  ): Promise<{ credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string } }>;
}

declare module 'ali-oss' {
  const OSS: {
    new (options: object): AliOssClient;
    readonly STS: new (options: object) => AliOssSts;
  };
  export default OSS;
}
