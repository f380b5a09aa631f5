import { memo, useState } from 'react'
import { Markdown } from '../markdown/markdown.tsx'
import { isPlain } from '../markdown/parse.ts'
import { clip } from './clip.ts'
import { splitLinks } from './links.ts'

/** Untrusted text, as Markdown where it is any; what is only itself is not parsed at all. */
interface MessageTextProps {
  readonly text: string
  /** It is still being written: shown to its end, whatever its length. */
  readonly streaming?: boolean
}

export const MessageText = memo(function MessageText({ text, streaming = false }: MessageTextProps) {
  const [whole, setWhole] = useState(false)
  const clipped = clip(text)
  return (
    <>
      <Shown text={whole || streaming ? text : clipped.text} />
      {clipped.rest > 0 && !streaming && (
        <button type="button" className="button button-text" onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : `Show ${clipped.rest.toLocaleString()} more letters`}
        </button>
      )}
    </>
  )
})

function Shown({ text }: { readonly text: string }) {
  if (!isPlain(text)) return <Markdown text={text} />
  return (
    <p className="message-text" dir="auto">
      <Linked text={text} />
    </p>
  )
}

function Linked({ text }: { readonly text: string }) {
  let from = 0
  return splitLinks(text).map((segment) => {
    const key = from
    from += segment.text.length
    return segment.href ? (
      <a key={key} href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
        {segment.text}
      </a>
    ) : (
      segment.text
    )
  })
}
