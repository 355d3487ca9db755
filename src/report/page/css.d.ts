/** A style sheet that is imported as text. */
declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: this is what the bundler makes of a file of text
  export default text;
}
