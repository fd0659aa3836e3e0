declare module 'aws4' {
  const aws4: { sign(request: object, credentials: object): unknown };
  export default aws4;
}
