import type { Approval } from '@strandline/chat'
import type { Row } from '../messages/rows.ts'
import { ApprovalCard } from './approval-card.tsx'
import { NoticeLine } from './notice-line.tsx'
import { type RunActions, RunLine } from './run-line.tsx'
import { ToolCard } from './tool-card.tsx'
import './agent.css'

export interface AgentActions extends RunActions {
  decide(approval: Approval, state: 'allowed' | 'denied'): void
}

interface AsideProps {
  readonly entry: Extract<Row, { readonly kind: 'aside' }>['entry']
  readonly me: string
  readonly actions: AgentActions
}

/** What an agent did, asked or has to say, in line with its messages. */
export function Aside({ entry, me, actions }: AsideProps) {
  return <div className="aside">{content(entry, me, actions)}</div>
}

function content(entry: AsideProps['entry'], me: string, actions: AgentActions) {
  switch (entry.kind) {
    case 'tool':
      return <ToolCard call={entry.call} />
    case 'approval':
      return <ApprovalCard approval={entry.approval} me={me} decide={actions.decide} />
    case 'notice':
      return <NoticeLine notice={entry.notice} />
    case 'run':
      return <RunLine run={entry.run} me={me} actions={actions} />
    default:
      return entry satisfies never
  }
}
