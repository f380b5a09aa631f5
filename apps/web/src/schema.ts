export type { Message } from '@strandline/chat'
export {
  conversationFolds as messagesFolds,
  conversationSchema as messagesSchema,
  messageOf,
  sessionsFolds,
  sessionsSchema,
} from '@strandline/chat'
