import { memo } from 'react'
import { splitLinks } from './links.ts'

/** Untrusted text: drawn as text, with its web addresses as links. */
export const MessageText = memo(function MessageText({ text }: { readonly text: string }) {
  let from = 0
  return (
    <p className="message-text" dir="auto">
      {splitLinks(text).map((segment) => {
        const key = from
        from += segment.text.length
        return segment.href ? (
          <a key={key} href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
            {segment.text}
          </a>
        ) : (
          segment.text
        )
      })}
    </p>
  )
})
