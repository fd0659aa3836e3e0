interface AlicloudCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

interface AlicloudProvider {
  getCredentials(): Promise<AlicloudCredentials>;
  doRequest(request: AlicloudRequest): Promise<AlicloudResponse>;
}

interface AlicloudRequest {
  readonly queries: Readonly<Record<string, string>>;
  readonly bodyForm: Readonly<Record<string, string>>;
}

interface AlicloudResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface AlicloudBuilder {
  withAccessKeyId(id: string): AlicloudBuilder;
  withAccessKeySecret(secret: string): AlicloudBuilder;
  withCredentialsProvider(provider: AlicloudProvider): AlicloudBuilder;
  withRoleArn(arn: string): AlicloudBuilder;
  withRoleSessionName(name: string): AlicloudBuilder;
  withDurationSeconds(seconds: number): AlicloudBuilder;
  build(): AlicloudProvider;
}

declare module '@alicloud/credentials/dist/src/providers/ram_role_arn.js' {
  const module: { readonly default: { builder(): AlicloudBuilder } };
  export default module;
}

declare module '@alicloud/credentials/dist/src/providers/static_ak.js' {
  const module: { readonly default: { builder(): AlicloudBuilder } };
  export default module;
}
