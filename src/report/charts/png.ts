import { WakerbenchError } from "../../errors.ts";
import { fontFiles } from "./font.ts";

/** What the renderer can do, as far as we use it: it is optional, and may be absent where this is read. */
type Renderer = typeof import("@resvg/resvg-js");

/**
 * A picture of a chart, with DejaVu Sans, whatever fonts the machine has.
 *
 * @param svg as `renderSvg` makes it
 * @param scale pixels of the picture to a pixel of the drawing
 * @returns a PNG file
 * @throws WakerbenchError PNG_RENDERER_MISSING where the optional package is not installed
 */
export async function renderPng(svg: string, scale = 2): Promise<Uint8Array> {
  const { Resvg } = await importRenderer();
  const picture = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: fontFiles(),
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return picture.render().asPng();
}

/** @throws WakerbenchError PNG_RENDERER_MISSING where the optional package is not installed */
export function mustHaveRenderer(): void {
  try {
    // Found, and not loaded: nothing that is measured next shall share the process with it.
    import.meta.resolve("@resvg/resvg-js");
  } catch (cause) {
    throw missing(cause);
  }
}

async function importRenderer(): Promise<Renderer> {
  try {
    return await import("@resvg/resvg-js");
  } catch (cause) {
    throw missing(cause);
  }
}

function missing(cause: unknown): WakerbenchError {
  const message = "PNG files need the package @resvg/resvg-js";
  const remedy = "bun add @resvg/resvg-js, or export SVG";
  return new WakerbenchError("PNG_RENDERER_MISSING", message, { remedy, cause });
}
