import { isIPv6 } from "node:net";

const crlf = "\r\n";

/** `127.0.0.1:3000`, and `[::1]:3000` (RFC 3986, 3.2.2). */
function authority(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** All bytes of a GET of `/`, which keeps the connection alive as HTTP/1.1 does by itself. */
export function getRequest(host: string, port: number): Uint8Array {
  const head = ["GET / HTTP/1.1", `Host: ${authority(host, port)}`, "", ""];
  return new TextEncoder().encode(head.join(crlf));
}

/** All bytes of a POST to `/` that has `body`. */
export function postRequest(host: string, port: number, body: Uint8Array): Uint8Array {
  const head = [
    "POST / HTTP/1.1",
    `Host: ${authority(host, port)}`,
    "Content-Type: application/octet-stream",
    `Content-Length: ${body.byteLength}`,
    "",
    "",
  ];
  return new Uint8Array(Buffer.concat([Buffer.from(head.join(crlf)), body]));
}
