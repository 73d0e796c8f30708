/**
 * The error numbers of MicroPython's esp32 port: those of newlib and lwIP, which are not Linux's from 112 on, and the
 * negative ones of getaddrinfo (lwip/netdb.h).
 */
export const ERRNO: Readonly<Record<number, { readonly name: string; readonly meaning: string }>> = {
  1: { name: 'EPERM', meaning: 'not permitted; from wrap_socket, a verify_callback said -1' },
  2: { name: 'ENOENT', meaning: 'no such file' },
  5: { name: 'EIO', meaning: 'input or output failed' },
  9: { name: 'EBADF', meaning: 'the socket is closed' },
  11: { name: 'EAGAIN', meaning: 'nothing there yet, and the socket does not wait' },
  12: { name: 'ENOMEM', meaning: 'the IDF heap has no block that is large enough' },
  16: { name: 'EBUSY', meaning: 'in a handshake: no room on the IDF heap for elliptic-curve arithmetic' },
  19: { name: 'ENODEV', meaning: 'no such device' },
  22: { name: 'EINVAL', meaning: 'an argument that cannot be' },
  23: { name: 'ENFILE', meaning: 'all sockets are in use' },
  32: { name: 'EPIPE', meaning: 'written to a connection that is closed' },
  104: { name: 'ECONNRESET', meaning: 'the other side reset the connection' },
  105: { name: 'ENOBUFS', meaning: 'no buffer for a packet' },
  110: { name: 'ETIMEDOUT', meaning: 'nothing came in the time that the socket was given' },
  111: { name: 'ECONNREFUSED', meaning: 'nobody listens on that port' },
  112: { name: 'EADDRINUSE', meaning: 'that port is taken on the device itself' },
  113: { name: 'ECONNABORTED', meaning: 'the network under the connection is gone' },
  114: { name: 'ENETUNREACH', meaning: 'no way to that network' },
  115: { name: 'ENETDOWN', meaning: 'the network is down' },
  116: { name: 'ETIMEDOUT', meaning: 'nobody answered, however often TCP asked' },
  118: { name: 'EHOSTUNREACH', meaning: 'no way to that host: no address, or no Wi-Fi' },
  119: { name: 'EINPROGRESS', meaning: 'still connecting; the socket does not wait' },
  120: { name: 'EALREADY', meaning: 'already connecting' },
  127: { name: 'EISCONN', meaning: 'already connected' },
  128: { name: 'ENOTCONN', meaning: 'the socket is not connected' },
  [-2]: { name: 'EAI_NONAME', meaning: 'a DNS server answered: there is no such name' },
  [-202]: {
    name: 'EAI_FAIL',
    meaning: 'the name could not be looked up: no network, or no DNS server that answers',
  },
  [-203]: { name: 'EAI_MEMORY', meaning: 'no memory to look up the name' },
};
