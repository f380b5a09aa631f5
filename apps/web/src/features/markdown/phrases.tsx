import type { Definition, PhrasingContent } from 'mdast'
import type { ReactNode } from 'react'
import { safeHref } from '../messages/links.ts'

interface PhrasesProps {
  readonly of: readonly PhrasingContent[]
  readonly definitions: ReadonlyMap<string, Definition>
}

/** What stands in a line. */
export function Phrases({ of, definitions }: PhrasesProps): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: phrases only follow.
  return of.map((phrase, index) => <Phrase key={index} phrase={phrase} definitions={definitions} />)
}

function Phrase({
  phrase,
  definitions,
}: Pick<PhrasesProps, 'definitions'> & { readonly phrase: PhrasingContent }): ReactNode {
  switch (phrase.type) {
    case 'text':
      return phrase.value
    case 'strong':
      return (
        <strong>
          <Phrases of={phrase.children} definitions={definitions} />
        </strong>
      )
    case 'emphasis':
      return (
        <em>
          <Phrases of={phrase.children} definitions={definitions} />
        </em>
      )
    case 'delete':
      return (
        <del>
          <Phrases of={phrase.children} definitions={definitions} />
        </del>
      )
    case 'inlineCode':
      return <code>{phrase.value}</code>
    case 'break':
      // The line's own end is kept as it is: see `white-space` in markdown.css.
      return '\n'
    case 'link':
      return (
        <Anchor url={phrase.url}>
          <Phrases of={phrase.children} definitions={definitions} />
        </Anchor>
      )
    case 'linkReference':
      return (
        <Anchor url={definitions.get(phrase.identifier)?.url ?? ''}>
          <Phrases of={phrase.children} definitions={definitions} />
        </Anchor>
      )
    case 'image':
      // A picture from elsewhere would tell its server who reads this, and when.
      return <Anchor url={phrase.url}>{phrase.alt || phrase.url}</Anchor>
    case 'imageReference':
      return (
        <Anchor url={definitions.get(phrase.identifier)?.url ?? ''}>{phrase.alt || phrase.identifier}</Anchor>
      )
    case 'html':
      return phrase.value
    default:
      return null
  }
}

function Anchor({ url, children }: { readonly url: string; readonly children: ReactNode }): ReactNode {
  const href = safeHref(url)
  if (!href) return children
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}
