/**
 * Moves places apart so that neighbours have a distance, in their order and as near to where they were as can be: those
 * that touch become a block around their mean, as long as any two blocks touch.
 *
 * @param places in pixels from the top, in any order
 * @param room all stay between 0 and this where they fit
 */
export function spread(places: readonly number[], distance: number, room: number): number[] {
  const order = places
    .map((place, index) => ({ place, index }))
    .toSorted((a, b) => a.place - b.place);
  type Block = { readonly members: readonly number[]; readonly first: number };
  const clamp = (first: number, count: number) =>
    Math.max(0, Math.min(first, room - (count - 1) * distance));
  const blocks: Block[] = [];
  for (const { place, index } of order) {
    let block: Block = { members: [index], first: clamp(place, 1) };
    for (let above = blocks.at(-1); above !== undefined; above = blocks.at(-1)) {
      if (above.first + above.members.length * distance <= block.first) break;
      blocks.pop();
      const members = [...above.members, ...block.members];
      const wanted = members.map((member, rank) => (places[member] ?? 0) - rank * distance);
      const mean = wanted.reduce((sum, each) => sum + each, 0) / wanted.length;
      block = { members, first: clamp(mean, members.length) };
    }
    blocks.push(block);
  }
  const moved = [...places];
  for (const { members, first } of blocks) {
    for (const [rank, member] of members.entries()) moved[member] = first + rank * distance;
  }
  return moved;
}
