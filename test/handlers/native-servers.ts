import { NativeServer, type NativeServerOptions } from "../../src/handlers/native-server.ts";
import { builtLibraryPath } from "../../src/native/library.ts";

export type Opened = { readonly server: NativeServer; readonly errors: unknown[] };

/** Opens a native server on a free port, and closes it whatever `work` comes to. */
export async function served<T>(
  handle: NativeServerOptions["handle"],
  work: (opened: Opened) => Promise<T>,
  changed: Partial<NativeServerOptions> = {},
): Promise<T> {
  const errors: unknown[] = [];
  await using server = await NativeServer.open({
    hostname: "127.0.0.1",
    port: 0,
    libraryPath: builtLibraryPath,
    handle,
    onError: (thrown) => errors.push(thrown),
    ...changed,
  });
  return await work({ server, errors });
}

/** Looks again until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(1);
}

/** The bodies of answers that came one behind the other, each with a length. */
export function bodiesOf(received: string): string[] {
  const bodies: string[] = [];
  let rest = received;
  while (rest.length > 0) {
    const headEnd = rest.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/.exec(rest.slice(0, headEnd))?.[1] ?? Number.NaN);
    if (headEnd < 0 || !(rest.length >= headEnd + 4 + length)) return bodies;
    bodies.push(rest.slice(headEnd + 4, headEnd + 4 + length));
    rest = rest.slice(headEnd + 4 + length);
  }
  return bodies;
}

export function statusOf(received: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1] ?? Number.NaN);
}
