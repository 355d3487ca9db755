/** The body that every handler answers a GET with: what a client takes for a right answer. */
export const answerText = "Hello, World!";

/** The header fields that go with it; Bun adds Date and Content-Length. */
export const answerHeaders = { "content-type": "text/plain;charset=utf-8" } as const;
