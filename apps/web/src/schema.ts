export type { Message } from '@strandline/chat'
export {
  conversationFolds as messagesFolds,
  conversationSchema as messagesSchema,
  messageRow,
  sessionsFolds,
  sessionsSchema,
} from '@strandline/chat'
