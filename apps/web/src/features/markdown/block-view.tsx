import type { BlockContent, Definition, DefinitionContent, ListItem, RootContent, Table } from 'mdast'
import { memo } from 'react'
import { CodeBlock } from './code-block.tsx'
import { Phrases } from './phrases.tsx'

export type Definitions = ReadonlyMap<string, Definition>

interface BlockViewProps {
  readonly block: RootContent | BlockContent | DefinitionContent
  readonly definitions: Definitions
}

export const BlockView = memo(function BlockView({ block, definitions }: BlockViewProps) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Phrases of={block.children} definitions={definitions} />
        </p>
      )
    case 'heading':
      // Headings of a message are no headings of the page.
      return (
        <p className="markdown-heading" data-depth={block.depth}>
          <Phrases of={block.children} definitions={definitions} />
        </p>
      )
    case 'code':
      return <CodeBlock code={block.value} language={block.lang ?? undefined} />
    case 'blockquote':
      return (
        <blockquote>
          <Blocks of={block.children} definitions={definitions} />
        </blockquote>
      )
    case 'list': {
      const items = block.children.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items only follow.
        <Item key={index} item={item} tight={!block.spread} definitions={definitions} />
      ))
      return block.ordered ? <ol start={block.start ?? 1}>{items}</ol> : <ul>{items}</ul>
    }
    case 'thematicBreak':
      return <hr />
    case 'table':
      return <TableView table={block} definitions={definitions} />
    case 'html':
      return <p>{block.value}</p>
    default:
      return null
  }
})

function Blocks({
  of,
  definitions,
}: {
  readonly of: readonly BlockViewProps['block'][]
  readonly definitions: Definitions
}) {
  // biome-ignore lint/suspicious/noArrayIndexKey: blocks only follow.
  return of.map((block, index) => <BlockView key={index} block={block} definitions={definitions} />)
}

interface ItemProps {
  readonly item: ListItem
  readonly tight: boolean
  readonly definitions: Definitions
}

function Item({ item, tight, definitions }: ItemProps) {
  const [first, ...rest] = item.children
  const flat = tight && first?.type === 'paragraph'
  return (
    <li className={typeof item.checked === 'boolean' ? 'markdown-task' : undefined}>
      {typeof item.checked === 'boolean' && (
        <input
          type="checkbox"
          checked={item.checked}
          disabled={true}
          aria-label={item.checked ? 'Done' : 'To do'}
        />
      )}
      {flat ? <Phrases of={first.children} definitions={definitions} /> : null}
      <Blocks of={flat ? rest : item.children} definitions={definitions} />
    </li>
  )
}

function TableView({ table, definitions }: { readonly table: Table; readonly definitions: Definitions }) {
  const [head, ...rows] = table.children
  const cells = (row: typeof head, Cell: 'th' | 'td') =>
    row?.children.map((cell, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a cell's place is its identity.
      <Cell key={index} style={{ textAlign: table.align?.[index] ?? undefined }}>
        <Phrases of={cell.children} definitions={definitions} />
      </Cell>
    ))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, which takes a stop for the keyboard.
    <section className="markdown-table" tabIndex={0} aria-label="Table">
      <table>
        <thead>
          <tr>{cells(head, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows only follow.
            <tr key={index}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
