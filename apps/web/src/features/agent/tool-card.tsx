import type { ToolCall } from '@strandline/chat'
import { memo } from 'react'
import { AlertIcon, CheckIcon, ClockIcon, CloseIcon, ToolIcon } from '../../ui/icons.tsx'
import { CodeBlock } from '../markdown/code-block.tsx'

const STATES = {
  running: { text: 'Running', Icon: ClockIcon },
  done: { text: 'Done', Icon: CheckIcon },
  failed: { text: 'Failed', Icon: AlertIcon },
  denied: { text: 'Denied', Icon: CloseIcon },
  cancelled: { text: 'Cancelled', Icon: CloseIcon },
} satisfies Record<ToolCall['state'], unknown>

/** One thing that an engine did: what it was given, and what came of it. */
export const ToolCard = memo(function ToolCard({ call }: { readonly call: ToolCall }) {
  const { text, Icon } = STATES[call.state]
  const input = textOf(call.input)
  return (
    <details className="tool" data-testid="tool-call" data-state={call.state}>
      <summary>
        <ToolIcon size={15} />
        <span className="tool-name">{call.name}</span>
        <span className="tool-brief">{briefOf(call.input)}</span>
        <span className="tool-state">
          <Icon size={13} />
          {text}
        </span>
      </summary>
      <div className="tool-body">
        <CodeBlock code={input} language="input" />
        {'output' in call && call.output !== undefined && <CodeBlock code={call.output} language="output" />}
      </div>
    </details>
  )
})

function textOf(input: unknown): string {
  return typeof input === 'string' ? input : (JSON.stringify(input, null, 2) ?? '')
}

/** The one field that says most, where there is one; else all of it in a line. */
function briefOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return textOf(input)
  const first = Object.values(input).find((value) => typeof value === 'string')
  return first ?? JSON.stringify(input)
}
