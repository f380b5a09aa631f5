import type { Definition, Root, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough'
import { gfmTable } from 'micromark-extension-gfm-table'
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item'

/** One block of a text; the same object for as long as its part of the text stays. */
export type Block = RootContent

const SYNTAX = {
  extensions: [gfmAutolinkLiteral(), gfmStrikethrough(), gfmTable(), gfmTaskListItem()],
  mdastExtensions: [
    gfmAutolinkLiteralFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmTableFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
  ],
}

/** What can mean anything but itself. Most of what people write has nothing of it. */
const MARKED =
  /[*_`[|~\\&<]|^[ \t]*>|^[ \t]*#{1,6}(?:[ \t]|$)|^[ \t]*(?:[-+]|\d{1,9}[.)])(?:[ \t]|$)|^(?: {4}|\t| +\t)|^[ \t]*(?:-{2,}|=+)[ \t]*$/mu

/** Whether a text is only itself: lines and web addresses. */
export function isPlain(text: string): boolean {
  return !MARKED.test(text)
}

export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, SYNTAX)
}

/**
 * Parses a text that grows, as an answer does while it is written: what was there keeps its blocks, and only the
 * last of them is read again. Any other text begins anew.
 */
export function growingMarkdown(): (text: string) => readonly Block[] {
  let known = ''
  let blocks: readonly Block[] = []
  let starts: readonly number[] = []

  return (text) => {
    if (text === known) return blocks
    // A definition can change what came before it.
    const grows = blocks.length > 1 && text.startsWith(known) && !/^ {0,3}\[/mu.test(text)
    const keep = grows ? blocks.length - 1 : 0
    const from = grows ? (starts[keep] ?? 0) : 0
    const fresh = parseMarkdown(text.slice(from)).children
    blocks = [...blocks.slice(0, keep), ...fresh]
    starts = [...starts.slice(0, keep), ...fresh.map((block) => from + startOf(text, from, block))]
    known = text
    return blocks
  }
}

/** Where the line begins that a block begins in: an indent belongs to it. */
function startOf(text: string, from: number, block: Block): number {
  const offset = block.position?.start.offset ?? 0
  return text.lastIndexOf('\n', from + offset - 1) + 1 - from
}

/** The addresses that `[text][label]` refers to. */
export function definitionsOf(blocks: readonly Block[]): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>()
  for (const block of blocks)
    if (block.type === 'definition' && !found.has(block.identifier)) found.set(block.identifier, block)
  return found
}
