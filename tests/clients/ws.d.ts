// A dependency of @alicloud/sts20150401 names this package's types without bringing them.
declare module 'ws' {
  class WebSocket {
    readonly readyState: number;
  }
  namespace WebSocket {
    interface ClientOptions {
      readonly handshakeTimeout?: number;
    }
  }
  export default WebSocket;
}
