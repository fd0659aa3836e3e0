declare module 'aws4' {
  const aws4: { sign(request: object, credentials: object): { readonly path: string } };
  export default aws4;
}
