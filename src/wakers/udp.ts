import { Mailbox } from "./mailbox.ts";
import { readFrame } from "./payload.ts";
import type { Waker } from "./waker.ts";

/** A datagram over the loopback device to a Bun.udpSocket, with the wake's number. */
export const udp: Waker = {
  id: "udp",
  title: "UDP datagram",
  summary: "the thread sends a datagram to 127.0.0.1, the loop hears data of a Bun.udpSocket",
  traits: {
    kind: "message",
    payload: "bytes (up to 65,507 in a datagram)",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
    payloadSizes: [0, 8, 64],
  },
  advice: {
    when: "the other side may be another process or machine, and a wake may be lost",
    against: "the way through the network stack; a full buffer loses wakes without a word",
    code: `import { dlopen } from "bun:ffi";

const library = dlopen("./libmine.so", {
  mine_start: { args: ["u32"], returns: "void" },
  mine_stop: { args: [], returns: "void" },
});

const socket = await Bun.udpSocket({
  hostname: "127.0.0.1", // a port that is free
  socket: {
    data(_socket, datagram) {
      console.log("done:", datagram.readUInt32LE(0));
    },
  },
});
library.symbols.mine_start(socket.port);
// On the native thread: send(fd, &item, 4, 0) on a socket that is connected to that port.
// To end: library.symbols.mine_stop(); socket.close();`,
  },
  async open(context) {
    const { wb_udp_open, wb_udp_close } = context.native.symbols;
    const payloadBytes = context.payloadBytes ?? 0;
    const mailbox = new Mailbox<number>();
    const hear = mailbox.entrance(context.enter);
    const socket = await Bun.udpSocket({
      hostname: "127.0.0.1",
      socket: {
        data(_socket, { buffer, byteOffset, byteLength }) {
          hear(readFrame(new DataView(buffer, byteOffset, byteLength), payloadBytes));
        },
      },
    });
    const doorbell = wb_udp_open(context.seam, socket.port, payloadBytes);
    if (doorbell === null) {
      socket.close();
      throw new Error(`no socket is left, or a datagram of ours has no ${payloadBytes} bytes`);
    }
    return {
      wait: () => mailbox.wait(),
      listen: (listener) => mailbox.listen(listener),
      close() {
        wb_udp_close(doorbell);
        socket.close();
      },
    };
  },
};
