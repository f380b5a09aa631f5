import { memo, useMemo, useState } from 'react'
import { BlockView } from './block-view.tsx'
import { definitionsOf, growingMarkdown } from './parse.ts'
import './markdown.css'

/** Untrusted Markdown as elements: no HTML of its own, no pictures from elsewhere, addresses of the web only. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const [grow] = useState(growingMarkdown)
  const blocks = useMemo(() => grow(text), [grow, text])
  const definitions = useMemo(() => definitionsOf(blocks), [blocks])
  return (
    <div className="markdown" dir="auto">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block's place is its identity; blocks only follow.
        <BlockView key={index} block={block} definitions={definitions} />
      ))}
    </div>
  )
})
