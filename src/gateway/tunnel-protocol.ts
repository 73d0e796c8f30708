/**
 * How a page's world reaches a real host: one WebSocket a connection, to `gateway/tcp?address=…&port=…` of the server
 * that the page came from. The token of that server's start goes along as a subprotocol, where no other site's page
 * knows it. Binary messages are the connection's bytes, both ways. Text messages:
 *
 *     server: open              the real connection stands
 *     both:   end               no more bytes from this side (FIN)
 *     page:   taken N           N bytes more have reached the device: the server reads on
 *
 * What goes wrong is the WebSocket's close code, with a sentence as its reason.
 */
export const TUNNEL_PROTOCOL = 'tls-sandbox-tunnel';

/** Close codes of RFC 6455's private range. */
export const TUNNEL_CLOSE = {
  /** Not what the operator allowed. */
  notAllowed: 4403,
  /** Too many connections, or too much at once. */
  tooFast: 4429,
  /** The real host refused the connection. */
  refused: 4111,
  /** The real connection was reset. */
  reset: 4104,
  /** It could not be reached, or did not answer. */
  failed: 4113,
} as const;

/** Bytes in one message; more ends the tunnel. */
export const TUNNEL_MESSAGE = 65_536;

/** Bytes that the server sends ahead of `taken`. */
export const TUNNEL_WINDOW = 262_144;

/** What `gateway/status` answers. */
export interface GatewayStatus {
  /** HOST:PORT, as the operator wrote them. */
  readonly allowed: readonly string[];
}
