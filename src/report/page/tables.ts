import { type Block, isFaultNote, type TableGroup } from "../table-groups.ts";
import { type Html, html } from "./html.ts";

type Cells = readonly (readonly string[])[];

/**
 * A table in a box that scrolls by itself, by touch and by keyboard, so that the page never does sideways.
 *
 * @param label what it is a table of, for those who cannot see where it stands
 */
export function tableHtml(
  cells: Cells,
  label: string,
  isFaulty: (name: string) => boolean = () => false,
): Html {
  const [header = [], ...rows] = cells;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${header.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowHtml(row, isFaulty))}</tbody>
</table></div>
`;
}

function rowHtml([name = "", ...cells]: readonly string[], isFaulty: (name: string) => boolean) {
  const mark = isFaulty(name) ? html`<span class="mark" title="see below">faulty</span> ` : null;
  return html`<tr><th scope="row">${breakable(name)}${mark}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`;
}

/** A name that may go on in the next line where its parts meet: `ring:` and `doorbell=` and `eventfd`. */
function breakable(name: string): readonly (Html | string)[] {
  return name.split(/(?<=[:=])/).map((part, index) => (index === 0 ? part : html`<wbr>${part}`));
}

/** All tables of one group of the report. */
export function groupHtml({ title, blocks }: TableGroup): Html {
  return html`<section class="part">
<h3>${title}</h3>
${blocks.map((block) => blockHtml(block, title))}</section>
`;
}

function blockHtml(block: Block, groupTitle: string): Html {
  const { title, grids } = block;
  const label = title === "" ? groupTitle : `${groupTitle}, ${title}`;
  return html`${title === "" ? null : html`<h4>${title}</h4>`}
${grids.map((cells) => tableHtml(cells, label, (name) => isFaultyRow(name, block)))}${notesHtml(block)}`;
}

/** Lines below a table: faults as such, then what must be known. */
function notesHtml({ faults, notes }: Block): Html | null {
  if (faults.length + notes.length === 0) return null;
  const wrong = notes.filter(isFaultNote).map((note) => note.replace(/^!\s*/, ""));
  return html`<ul class="notes">
${faults.map(({ approach, fault }) => html`<li class="fault">${approach}: ${fault}</li>`)}
${wrong.map((note) => html`<li class="fault">${note}</li>`)}
${notes.filter((note) => !isFaultNote(note)).map((note) => html`<li>${note}</li>`)}
</ul>
`;
}

/** Whether a line below the table says that this row went wrong: `! pipe, ring: of 20 wakes 3 lost`. */
function isFaultyRow(name: string, { faults, notes }: Block): boolean {
  // Without its mark and without what it loses, which stand behind it.
  const plain = name.replace(/(?: [*†‡§]|, loses ).*$/, "");
  return (
    faults.some(({ approach }) => approach === name) ||
    notes.some((note) => {
      const named = `, ${note.slice("! ".length)}`;
      return isFaultNote(note) && [": ", ", "].some((end) => named.includes(`, ${plain}${end}`));
    })
  );
}
