import { type ConversationFacts, type Membership } from '../conversations/conversation-directory.js';
import { reaches } from '../conversations/conversation-actions.js';

/** Whether a member has to pause between two messages. Owners and admins are exempt. */
export function isSlowed({ slowModeSeconds }: Pick<ConversationFacts, 'slowModeSeconds'>, member: Pick<Membership, 'role'>): boolean {
  return slowModeSeconds > 0 && !reaches(member.role, 'skip_slow_mode');
}
