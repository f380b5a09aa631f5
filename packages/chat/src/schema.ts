import { createStateSchema, type Folds } from '@strandline/state'
import { abortRow } from './abort.ts'
import { approvalRow, decide, decision } from './approval.ts'
import { checkedFold } from './fold.ts'
import { growMessage, messageDelta, messageRow } from './message.ts'
import { noticeRow } from './notice.ts'
import { endRun, renewRun, runEnd, runLease, runRow, runStep, stepRun } from './run.ts'
import {
  activityRow,
  agentRow,
  editSession,
  readMarkRow,
  sessionEdit,
  sessionRow,
  sessionTouch,
  touchSession,
} from './session.ts'
import { endToolCall, toolCallEnd, toolCallRow } from './tool-call.ts'
import { usageRow } from './usage.ts'

/** The stream `sessions`: which there are, who answers in them, and how far they are read. */
export const sessionsSchema = createStateSchema({
  sessions: { type: 'session', primaryKey: 'id', schema: sessionRow, firstInsertWins: true },
  agents: { type: 'agent', primaryKey: 'id', schema: agentRow },
  activity: { type: 'activity', primaryKey: 'id', schema: activityRow },
  readMarks: { type: 'readMark', primaryKey: 'id', schema: readMarkRow },
})

export const sessionsFolds = {
  'session.edit': { into: 'sessions', ...checkedFold(sessionEdit, editSession) },
  'session.touch': { into: 'sessions', ...checkedFold(sessionTouch, touchSession) },
} as const satisfies Folds<typeof sessionsSchema>

/** The stream of one session. */
export const conversationSchema = createStateSchema({
  messages: { type: 'message', primaryKey: 'id', schema: messageRow },
  runs: { type: 'run', primaryKey: 'id', schema: runRow, firstInsertWins: true },
  toolCalls: { type: 'toolCall', primaryKey: 'id', schema: toolCallRow, firstInsertWins: true },
  approvals: { type: 'approval', primaryKey: 'id', schema: approvalRow, firstInsertWins: true },
  aborts: { type: 'abort', primaryKey: 'id', schema: abortRow },
  notices: { type: 'notice', primaryKey: 'id', schema: noticeRow },
  usage: { type: 'usage', primaryKey: 'id', schema: usageRow },
})

export const conversationFolds = {
  'message.delta': { into: 'messages', ...checkedFold(messageDelta, growMessage) },
  'run.step': { into: 'runs', ...checkedFold(runStep, stepRun) },
  'run.lease': { into: 'runs', ...checkedFold(runLease, renewRun) },
  'run.end': { into: 'runs', ...checkedFold(runEnd, endRun) },
  'toolCall.end': { into: 'toolCalls', ...checkedFold(toolCallEnd, endToolCall) },
  'approval.decision': { into: 'approvals', ...checkedFold(decision, decide) },
} as const satisfies Folds<typeof conversationSchema>
