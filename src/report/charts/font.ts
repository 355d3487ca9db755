import { fileURLToPath } from "node:url";

/** The files of the font that pictures are written with: plain and bold. The one place that knows where they lie. */
export function fontFiles(): string[] {
  return [
    import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
    import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
  ].map((url) => fileURLToPath(url));
}
