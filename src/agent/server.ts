import { handlerCatalogue } from "../handlers/find.ts";
import { serveOrder } from "./serve-order.ts";

// The entry of a server's process; its last argument is the order.
await serveOrder(handlerCatalogue.find);
