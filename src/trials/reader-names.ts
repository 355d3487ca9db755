/** What can read a descriptor in Bun, in the order in which it is listed. */
export const readerIds = [
  "bun-file",
  "bun-connect",
  "net-connect",
  "net-socket",
  "read-stream",
  "read-stream-blocking",
  "read-blocking",
  "tty-read-stream",
] as const;
export type ReaderId = (typeof readerIds)[number];

/** As it is written in code. */
export const readerTitles: Readonly<Record<ReaderId, string>> = {
  "bun-file": "Bun.file(fd).stream().getReader()",
  "bun-connect": "Bun.connect({ fd, socket })",
  "net-connect": "net.connect({ fd })",
  "net-socket": "new net.Socket({ fd })",
  "read-stream": 'fs.createReadStream("", { fd }), non-blocking fd',
  "read-stream-blocking": 'fs.createReadStream("", { fd }), blocking fd',
  "read-blocking": "fs.read(fd, …), blocking fd",
  "tty-read-stream": "new tty.ReadStream(fd)",
};
