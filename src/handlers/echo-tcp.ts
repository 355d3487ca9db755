import type { Socket } from "bun";
import type { Handler, HandlerContext, OpenHandler } from "./handler.ts";
import { listenError } from "./listening.ts";

/** What a connection could not take yet; empty: nothing. */
type Unsent = { bytes: Uint8Array };

/** All bytes of a connection are sent back. */
export const echoTcp: Handler = {
  id: "echo-tcp",
  title: "Echo over TCP",
  summary: "the bytes of each connection are sent back as they come",
  kind: "echo",
  protocol: "tcp",
  advice: {
    when: "both sides are yours, and messages are small and many",
    against: "where a message ends, what it means and what is too long is all yours to say",
    code: `import type { Socket } from "bun";

Bun.listen<{ unsent: Uint8Array }>({
  hostname: "127.0.0.1",
  port: 3000,
  socket: {
    open(socket) { socket.data = { unsent: new Uint8Array() }; },
    data(socket, bytes) { send(socket, bytes); },
    drain(socket) { send(socket, new Uint8Array()); },
  },
});
// write() takes what the kernel has room for: keep the rest until drain.
function send(socket: Socket<{ unsent: Uint8Array }>, bytes: Uint8Array) {
  const all = Buffer.concat([socket.data.unsent, bytes]);
  socket.data.unsent = new Uint8Array(all.subarray(Math.max(0, socket.write(all))));
}`,
  },
  open: async (context) => listenTcp(context),
};

const nothing = new Uint8Array();

function listenTcp({ hostname, port }: HandlerContext): OpenHandler {
  try {
    const server = Bun.listen<Unsent>({
      hostname,
      port,
      socket: {
        open(socket) {
          socket.data = { bytes: nothing };
        },
        data: send,
        drain: (socket) => send(socket, nothing),
        // The client went away: there is nobody to tell.
        error() {},
      },
    });
    return {
      port: server.port,
      threadIds: () => [],
      async close() {
        server.stop(true);
      },
    };
  } catch (thrown) {
    throw listenError(thrown, { hostname, port });
  }
}

/** Sends what waits and then `bytes`; keeps what the kernel has no room for until it drains. */
function send(socket: Socket<Unsent>, bytes: Uint8Array): void {
  const { data } = socket;
  const all = data.bytes.length === 0 ? bytes : Buffer.concat([data.bytes, bytes]);
  if (all.length === 0) return;
  const written = Math.max(0, socket.write(all));
  // A copy: Bun may use its buffer again.
  data.bytes = written === all.length ? nothing : new Uint8Array(all.subarray(written));
}
