export { encodeRpcForm, rpcSignatureV1, rpcStringToSignV1, signRpcV1 } from './sign-rpc-v1.ts';
export type { RpcParameters, RpcSignOptions } from './sign-rpc-v1.ts';
