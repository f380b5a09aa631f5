export type { Abort } from './abort.ts'
export { type Approval, type Decision, decide } from './approval.ts'
export {
  ATTACHMENT_LIMIT,
  ATTACHMENTS_LIMIT,
  type Attachment,
  attachmentItems,
  chunksOf,
  type Received,
  receiveAttachment,
} from './attachment.ts'
export { cancelledRun, isBusy, isPrompt, type Stop, stopItems, waitingPrompts } from './derive.ts'
export { deltaItem, rowItem } from './items.ts'
export {
  growMessage,
  type Message,
  type MessageDelta,
  messageOf,
  type PromptOptions,
} from './message.ts'
export type { Notice } from './notice.ts'
export { attachmentPath, type Paths, pathsBelow, sessionPath, sessionsPath } from './paths.ts'
export { displayName, hueOf, nameOfId } from './people.ts'
export {
  type EndedRun,
  endRun,
  isOpen,
  isStalled,
  type OpenRun,
  type Run,
  type RunEnd,
  type RunFailure,
  type RunStep,
  renewRun,
  stepRun,
} from './run.ts'
export { conversationFolds, conversationSchema, sessionsFolds, sessionsSchema } from './schema.ts'
export {
  type Activity,
  type Agent,
  DEFAULT_AGENT,
  isActive,
  type ReadMark,
  readMarkId,
  type Session,
} from './session.ts'
export { endToolCall, type ToolCall, type ToolCallEnd } from './tool-call.ts'
export type { Tokens, Usage } from './usage.ts'
