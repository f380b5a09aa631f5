import { memo, useState } from 'react'
import { clip } from './clip.ts'
import { splitLinks } from './links.ts'

/** Untrusted text: drawn as text, with its web addresses as links. */
export const MessageText = memo(function MessageText({ text }: { readonly text: string }) {
  const [whole, setWhole] = useState(false)
  const clipped = clip(text)
  return (
    <>
      <p className="message-text" dir="auto">
        <Linked text={whole ? text : clipped.text} />
        {clipped.rest > 0 && !whole && '…'}
      </p>
      {clipped.rest > 0 && (
        <button type="button" className="button button-text" onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : `Show ${clipped.rest.toLocaleString()} more letters`}
        </button>
      )}
    </>
  )
})

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
