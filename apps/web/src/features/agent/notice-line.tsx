import type { Notice } from '@strandline/chat'
import { memo } from 'react'
import { AlertIcon, InfoIcon } from '../../ui/icons.tsx'

const number = new Intl.NumberFormat()

/** A line between messages that nobody said; a compaction is a line across. */
export const NoticeLine = memo(function NoticeLine({ notice }: { readonly notice: Notice }) {
  const { kind, source, text, tokensBefore } = notice
  if (kind === 'compaction')
    return (
      <p className="compaction" data-testid="compaction">
        {text}
        {tokensBefore !== undefined && ` · ${number.format(tokensBefore)} tokens before`}
      </p>
    )
  const Icon = kind === 'warning' || kind === 'rate-limit' ? AlertIcon : InfoIcon
  return (
    <p className="agent-notice" data-testid="notice" data-kind={kind}>
      <Icon size={14} />
      <span className="agent-notice-source">{source}</span>
      <span>{text}</span>
    </p>
  )
})
