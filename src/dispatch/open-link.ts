import type { LinkContext, WorkerLink } from "./worker-link.ts";
import { openCellLink } from "./worker-link-cells.ts";
import { openMessageLink, openPortLink } from "./worker-link-messages.ts";
import type { WorkerChannel } from "./worker-protocol.ts";

export function openLink(channel: WorkerChannel, context: LinkContext): WorkerLink {
  switch (channel) {
    case "post-message":
      return openMessageLink(context);
    case "message-port":
      return openPortLink(context);
    case "atomics":
      return openCellLink(context);
  }
}
