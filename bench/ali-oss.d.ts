declare module 'ali-oss' {
  const OSS: new (options: object) => {
    signatureUrlV4(method: string, expires: number, request: object, key: string): Promise<string>;
    signatureUrl(key: string, options: object): string;
    get(key: string, file: string): Promise<unknown>;
  };
  export default OSS;
}
