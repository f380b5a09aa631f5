import { CopyButton } from '../../ui/copy-button.tsx'

interface CodeBlockProps {
  readonly code: string
  readonly language: string | undefined
}

/** Code as it is, with a way to take it along. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  return (
    <figure className="code-block" dir="ltr">
      <figcaption className="code-head">
        <span>{language ?? 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, which takes a stop for the keyboard. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
