import { expect, test } from "bun:test";
import { getRequest } from "../../src/load/requests.ts";
import { resolveHost } from "../../src/load/resolve.ts";

test("an address is its own, and the loopback's name is that of IPv4", async () => {
  expect(await resolveHost("127.0.0.1")).toBe("127.0.0.1");
  expect(await resolveHost("::1")).toBe("::1");
  expect(await resolveHost("localhost")).toBe("127.0.0.1");
});

test("a name that has no address is told with a remedy", async () => {
  // RFC 6761 keeps `invalid` free of names for ever.
  const error = await resolveHost("no-such-host.invalid").catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "HOST_UNKNOWN" });
  expect(error.message).toContain("no-such-host.invalid");
  expect(error.remedy).not.toBe("");
});

test("the host of a request is written as RFC 9110 wants it, IPv6 in brackets", () => {
  const text = (host: string) => new TextDecoder().decode(getRequest(host, 80));
  expect(text("127.0.0.1")).toBe("GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n");
  expect(text("::1")).toContain("Host: [::1]:80\r\n");
});
