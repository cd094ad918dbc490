/** The API as TypeScript, out of docs/reference/openapi.json by `nx sync`. */
export interface paths {
    "/v1/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List applications, newest first */
        get: operations["listApplications"];
        put?: never;
        /** Create an application */
        post: operations["createApplication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{app_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an application */
        get: operations["getApplication"];
        put?: never;
        post?: never;
        /** Delete an application */
        delete: operations["deleteApplication"];
        options?: never;
        head?: never;
        /** Change an application */
        patch: operations["updateApplication"];
        trace?: never;
    };
    "/v1/applications/{app_id}/signing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys that tokens of your own are verified with */
        get: operations["listSigningKeys"];
        put?: never;
        /** Add a public key that tokens of your own are verified with */
        post: operations["addSigningKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{app_id}/signing-keys/{kid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a signing key; tokens that it signed are refused */
        delete: operations["removeSigningKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys, newest first */
        get: operations["listApiKeys"];
        put?: never;
        /** Create an API key */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an API key */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /** Revoke an API key for good */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        /** Change an API key */
        patch: operations["updateApiKey"];
        trace?: never;
    };
    "/v1/auth/api-keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace an API key */
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the credential stands for */
        get: operations["introspect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get new tokens for a refresh token */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke a token or a session */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/revoke-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End every session of a user */
        post: operations["revokeAllSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sdk/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the tokens of a user */
        post: operations["exchangeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List conversations, latest activity first */
        get: operations["listConversations"];
        put?: never;
        /** Create a conversation */
        post: operations["createConversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/archive-batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Archive or unarchive many conversations */
        post: operations["archiveConversations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/join/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join by an invitation */
        post: operations["joinByCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/pinned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Pin these conversations, in this order, and no others */
        put: operations["setPinnedConversations"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a conversation */
        get: operations["getConversation"];
        put?: never;
        post?: never;
        /** Delete a conversation for oneself or for everyone */
        delete: operations["deleteConversation"];
        options?: never;
        head?: never;
        /** Change name, look or settings of a conversation */
        patch: operations["updateConversation"];
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Archive a conversation for oneself */
        post: operations["archiveConversation"];
        /** Take a conversation out of the archive */
        delete: operations["unarchiveConversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Clear the history of a conversation for oneself */
        delete: operations["clearHistory"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the invitation of a group or channel */
        get: operations["getInvite"];
        /** Make or change the invitation of a group or channel */
        put: operations["setInvite"];
        post?: never;
        /** End the invitation of a group or channel */
        delete: operations["deleteInvite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join a public channel or a discoverable group */
        post: operations["joinConversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a group or channel */
        post: operations["leaveConversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a conversation */
        get: operations["listMembers"];
        put?: never;
        /** Add members to a group or channel */
        post: operations["addMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a member */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /** Change role and rights of a member */
        patch: operations["updateMember"];
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/members/{user_id}/role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set the role of a member */
        put: operations["setMemberRole"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the messages of a conversation */
        get: operations["listMessages"];
        put?: never;
        /** Send a message */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mute a conversation for oneself */
        post: operations["muteConversation"];
        /** End the mute of a conversation */
        delete: operations["unmuteConversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pin a conversation to the top of one’s list */
        post: operations["pinConversation"];
        /** Unpin a conversation */
        delete: operations["unpinConversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark a conversation as read */
        post: operations["markConversationRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a conversation again that one has deleted for oneself */
        post: operations["restoreConversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{conversation_id}/typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell that one is writing, or stopped */
        post: operations["setTyping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the devices of a user */
        get: operations["listDevices"];
        put?: never;
        /** Register a device */
        post: operations["registerDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a device */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /** Remove a device */
        delete: operations["removeDevice"];
        options?: never;
        head?: never;
        /** Change a device */
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List groups, the newest first */
        get: operations["listGroups"];
        put?: never;
        /** Create a group with its conversation */
        post: operations["createGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a group */
        get: operations["getGroup"];
        put?: never;
        post?: never;
        /** Delete a group with its conversation, for everyone */
        delete: operations["deleteGroup"];
        options?: never;
        head?: never;
        /** Change what a group has beside its conversation */
        patch: operations["updateGroup"];
        trace?: never;
    };
    "/v1/groups/{group_id}/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who is banned from a group */
        get: operations["listBans"];
        put?: never;
        /** Ban a user from a group, member or not */
        post: operations["banMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/bans/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a ban */
        delete: operations["unbanMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/join-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who asks to be let in */
        get: operations["listJoinRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/join-requests/{user_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let somebody in who asked */
        post: operations["approveJoinRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/join-requests/{user_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do not let somebody in who asked */
        post: operations["rejectJoinRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a group */
        get: operations["listGroupMembers"];
        put?: never;
        /** Add members to a group */
        post: operations["addGroupMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a member */
        delete: operations["removeGroupMember"];
        options?: never;
        head?: never;
        /** Change role and rights of a member */
        patch: operations["updateGroupMember"];
        trace?: never;
    };
    "/v1/groups/{group_id}/members/{user_id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a member’s word, for a time or for good */
        post: operations["muteMember"];
        /** Give a member’s word back */
        delete: operations["unmuteMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group_id}/transfer-ownership": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give the ownership of a group to another member */
        post: operations["transferOwnership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a job that you asked for */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /** Cancel a job that has not ended */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a part of the result of a job */
        get: operations["getJobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the acting user */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change profile or settings of the acting user */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/v1/me/blocked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List whom the acting user has blocked */
        get: operations["listBlocked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say how available one is */
        put: operations["setPresence"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the acting user has not read */
        get: operations["getUnread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the messages of the conversation that the query names */
        get: operations["listMessagesOf"];
        put?: never;
        /** Send a message into the conversation that its body names */
        post: operations["sendMessageInto"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/forward": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forward messages into other conversations */
        post: operations["forwardMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a message */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /** Delete a message */
        delete: operations["deleteMessage"];
        options?: never;
        head?: never;
        /** Edit a message */
        patch: operations["updateMessage"];
        trace?: never;
    };
    "/v1/messages/{message_id}/delivered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell that a message, and everything before it, has reached a device of the acting user */
        post: operations["confirmDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a message, the latest first */
        get: operations["listMessageVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pin a message */
        post: operations["pinMessage"];
        /** Take a pin off */
        delete: operations["unpinMessage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/reactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the reactions to a message, oldest first */
        get: operations["listReactions"];
        put?: never;
        /** React to a message */
        post: operations["addReaction"];
        /** Take all of one’s reactions to a message back */
        delete: operations["removeReactions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/reactions/{emoji}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a reaction back */
        delete: operations["removeReaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who has got and read a message */
        get: operations["listReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the replies in the thread of a message */
        get: operations["listReplies"];
        put?: never;
        /** Reply in the thread of a message */
        post: operations["replyToMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{message_id}/thread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the thread of a message: its root and who takes part */
        get: operations["getThread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the caller may do */
        get: operations["listPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permissions/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask whether the caller holds permissions, in general or for one resource */
        post: operations["checkPermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who of these users is there */
        get: operations["getPresence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell that messages were delivered or read, many at once */
        post: operations["confirmMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search messages, conversations and users at once */
        get: operations["searchEverywhere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search messages */
        get: operations["searchMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sessions of a user, latest first */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/terminate-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all own sessions */
        post: operations["terminateAllSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/terminate-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all own sessions but this one */
        post: operations["terminateOtherSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session */
        delete: operations["terminateSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the tenant of the caller */
        get: operations["getTenant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the tenant’s own record */
        patch: operations["updateTenant"];
        trace?: never;
    };
    "/v1/tenant/admins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who works at the console, the latest first */
        get: operations["listTenantAdmins"];
        put?: never;
        /** Give somebody a role at the console, by their address */
        post: operations["addTenantAdmin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/admins/{admin_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get somebody who works at the console */
        get: operations["getTenantAdmin"];
        put?: never;
        post?: never;
        /** End somebody’s work at the console */
        delete: operations["removeTenantAdmin"];
        options?: never;
        head?: never;
        /** Give somebody another role at the console */
        patch: operations["updateTenantAdmin"];
        trace?: never;
    };
    "/v1/tenant/audit-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the security trail of the tenant, newest first */
        get: operations["listAuditLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/audit-logs/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export the security trail of the tenant */
        post: operations["exportAuditLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/audit-logs/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that no entry of the security trail is missing or was changed */
        get: operations["verifyAuditLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/ip-whitelist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the networks that servers and consoles call from */
        get: operations["listIpWhitelist"];
        put?: never;
        /** List a network */
        post: operations["addToIpWhitelist"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/ip-whitelist/{entry_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a network off the list */
        delete: operations["removeFromIpWhitelist"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get every setting, defaults included; secrets are masked */
        get: operations["getTenantSettings"];
        /** Replace the sections that are named */
        put: operations["replaceTenantSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the settings that are named */
        patch: operations["updateTenantSettings"];
        trace?: never;
    };
    "/v1/tenant/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what the tenant uses against its plan */
        get: operations["getTenantUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List or find users */
        get: operations["listUsers"];
        put?: never;
        /** Create a user */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create many users */
        post: operations["createUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/external/{external_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Create the user with an id of your own system, or bring them up to date */
        put: operations["upsertUser"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a user */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /** Delete a user */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /** Change profile or settings of a user */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/v1/users/{user_id}/ban": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ban a user from the tenant */
        post: operations["banUser"];
        /** End the ban of a user */
        delete: operations["unbanUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user_id}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Block a user */
        post: operations["blockUser"];
        /** End the block of a user */
        delete: operations["unblockUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export everything that is kept of a user */
        post: operations["exportUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /** Format: uri-reference */
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            /** @enum {string} */
            code: "AUTH_REQUIRED" | "AUTH_MALFORMED" | "AUTH_SCHEME_UNSUPPORTED" | "AUTH_KEY_INVALID" | "AUTH_KEY_REVOKED" | "AUTH_KEY_EXPIRED" | "AUTH_KEY_EXHAUSTED" | "AUTH_TOKEN_MALFORMED" | "AUTH_TOKEN_SIGNATURE" | "AUTH_TOKEN_CLAIMS" | "AUTH_TOKEN_EXPIRED" | "AUTH_TOKEN_REVOKED" | "AUTH_SESSION_TERMINATED" | "AUTH_APP_CREDENTIALS_INVALID" | "AUTH_USER_TOKEN_INVALID" | "AUTH_USER_DELETED" | "AUTH_USER_BANNED" | "AUTH_REFRESH_INVALID" | "AUTH_REFRESH_EXPIRED" | "AUTH_REFRESH_REUSED" | "AUTH_IP_BLOCKED" | "AUTH_IP_NOT_ALLOWED" | "AUTH_ORIGIN_NOT_ALLOWED" | "AUTH_INSECURE_TRANSPORT" | "AUTH_TOO_MANY_FAILURES" | "AUTH_MULTIPLE_CREDENTIALS" | "AUTH_CREDENTIAL_IN_URL" | "AUTHZ_DENIED" | "AUTHZ_SCOPE_MISSING" | "AUTHZ_KEY_TYPE" | "AUTHZ_CREDENTIAL_TYPE" | "AUTHZ_ENDPOINT_NOT_ALLOWED" | "AUTHZ_NOT_OWNER" | "AUTHZ_ESCALATION" | "AUTHZ_REASON_REQUIRED" | "AUTHZ_NOT_MEMBER" | "AUTHZ_ROLE_TOO_LOW" | "AUTHZ_CROSS_TENANT" | "AUTHZ_UNAVAILABLE" | "VAL_FAILED" | "VAL_JSON_INVALID" | "VAL_ID_FORMAT" | "VAL_CURSOR_INVALID" | "VAL_HEADER_INVALID" | "VAL_REFERENCE" | "VAL_ACTING_USER_REQUIRED" | "VAL_SEMANTIC" | "VAL_PRECONDITION_FAILED" | "VAL_NOT_ACCEPTABLE" | "VAL_BODY_TOO_LARGE" | "VAL_URI_TOO_LONG" | "VAL_MEDIA_TYPE" | "VAL_HEADERS_TOO_LARGE" | "IDEM_IN_PROGRESS" | "IDEM_KEY_REUSED" | "VER_UNSUPPORTED" | "VER_CONFLICT" | "VER_NOT_ACCEPTABLE" | "VER_RETIRED" | "ROUTE_NOT_FOUND" | "ROUTE_METHOD_NOT_ALLOWED" | "RES_NOT_FOUND" | "RES_CONFLICT" | "RES_STATE" | "RES_LIMIT_REACHED" | "RES_VERSION" | "RATE_LIMITED" | "RATE_QUOTA_EXCEEDED" | "TENANT_REQUIRED" | "TENANT_PENDING" | "TENANT_SUSPENDED" | "TENANT_CANCELLED" | "TENANT_FEATURE_DISABLED" | "TENANT_MIGRATING" | "TENANT_UNAVAILABLE" | "TENANT_NOT_FOUND" | "TENANT_APP_DISABLED" | "USER_DEVICE_LIMIT" | "RATE_SLOW_MODE" | "USER_BLOCKED" | "USER_EXISTS" | "CONV_MEMBER_LIMIT" | "CONV_DIRECT_IMMUTABLE" | "CONV_LAST_OWNER" | "CONV_BANNED" | "CONV_INVITE_INVALID" | "CONV_PIN_LIMIT" | "CONV_CLOSED" | "MSG_EMPTY" | "MSG_TOO_LONG" | "MSG_CONTENT_MISMATCH" | "MSG_TYPE_DISABLED" | "MSG_READ_ONLY" | "MSG_SENDER_MUTED" | "MSG_EDIT_WINDOW_CLOSED" | "MSG_NOT_EDITABLE" | "MSG_DELETED" | "MSG_EXPIRED" | "MSG_DUPLICATE_CLIENT_ID" | "MSG_BLOCKED_CONTENT" | "MSG_ENCRYPTION_REQUIRED" | "FILE_BLOCKED" | "SYS_INTERNAL" | "SYS_NOT_IMPLEMENTED" | "SYS_UNAVAILABLE" | "SYS_SHUTTING_DOWN" | "SYS_TIMEOUT";
            request_id: string;
            /** Format: date-time */
            timestamp: string;
            errors?: {
                field: string;
                code: string;
                message: string;
                params?: Record<string, never>;
            }[];
            reason?: string;
            required_permission?: string;
            conflict_with?: string;
            "violated-policies"?: string[];
            suggestions?: string[];
            supported?: string[];
        };
        Tenant: {
            tenant_id: string;
            company_name: string;
            slug: string;
            /** @enum {string} */
            plan: "free" | "starter" | "pro" | "enterprise";
            /** @enum {string} */
            status: "pending" | "active" | "suspended" | "cancelled";
            region: string;
            features: ("text_chat" | "file_sharing" | "voice_calls" | "e2e_encryption" | "webhooks" | "video_calls" | "screen_sharing" | "custom_branding" | "remove_powered_by" | "advanced_analytics" | "priority_support" | "sso" | "sla_guarantee" | "dedicated_infrastructure")[];
            contact: {
                /** Format: email */
                primary_email: string;
                /** Format: email */
                billing_email: string | null;
                phone: string | null;
                address: {
                    line1: string;
                    line2: string | null;
                    city: string;
                    state: string | null;
                    postal_code: string | null;
                    country: string;
                } | null;
            };
            security: {
                mfa_required: boolean;
                ip_whitelist_enabled: boolean;
                session_timeout_minutes: number;
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        TenantSettings: {
            general: {
                default_language: string;
                default_timezone: string;
                /** @enum {string} */
                date_format: "MM/DD/YYYY" | "DD/MM/YYYY";
                /** @enum {string} */
                time_format: "12h" | "24h";
            };
            chat: {
                max_message_length: number;
                max_file_size_mb: number;
                allowed_file_types: string[];
                message_retention_days: number;
                auto_delete_enabled: boolean;
                max_group_members: number;
                max_groups_per_user: number;
                voice_messages_enabled: boolean;
                video_messages_enabled: boolean;
                location_sharing_enabled: boolean;
                reactions_enabled: boolean;
                read_receipts_default: boolean;
                typing_indicators_default: boolean;
                /** @enum {string} */
                receipt_detail: "off" | "direct" | "small_groups";
                receipt_retention_days: number;
                message_edit_window_seconds: number;
                message_delete_window_seconds: number;
            };
            calls: {
                voice_calls_enabled: boolean;
                video_calls_enabled: boolean;
                screen_sharing_enabled: boolean;
                max_call_participants: number;
                max_call_duration_minutes: number;
                recording_enabled: boolean;
                recording_storage_days: number;
            };
            moderation: {
                profanity_filter_enabled: boolean;
                spam_detection_enabled: boolean;
                link_preview_enabled: boolean;
                media_scanning_enabled: boolean;
                custom_blocked_words: string[];
                /** @enum {string} */
                blocked_words_action: "reject" | "mask";
                auto_ban_threshold: number;
                report_threshold: number;
            };
            branding: {
                primary_color: string;
                secondary_color: string | null;
                /** Format: uri */
                logo_url: string | null;
                /** Format: uri */
                favicon_url: string | null;
                custom_css: string | null;
                powered_by_visible: boolean;
            };
            notifications: {
                push_enabled: boolean;
                email_enabled: boolean;
                email_templates: {
                    welcome: {
                        subject: string;
                        body: string;
                    } | null;
                    password_reset: {
                        subject: string;
                        body: string;
                    } | null;
                    invite: {
                        subject: string;
                        body: string;
                    } | null;
                };
                default_push_enabled: boolean;
                default_email_enabled: boolean;
                default_sound_enabled: boolean;
            };
            integrations: {
                analytics: {
                    google_analytics_id: string | null;
                    mixpanel_token: string | null;
                };
            };
            security: {
                e2e_encryption_required: boolean;
                session_timeout_minutes: number;
                max_devices_per_user: number;
                strip_exif_gps: boolean;
                password_policy: {
                    min_length: number;
                    require_uppercase: boolean;
                    require_lowercase: boolean;
                    require_numbers: boolean;
                    require_symbols: boolean;
                };
            };
            events: {
                include_pii: boolean;
            };
        };
        Usage: {
            period: {
                /** Format: date-time */
                start: string;
                /** Format: date-time */
                end: string;
            };
            metrics: {
                messages_count: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                users_count: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                storage_bytes: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                api_calls: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                concurrent_connections: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                voice_minutes: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                video_minutes: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
                applications: {
                    used: number;
                    limit: number;
                    remaining: number;
                    percent: number;
                    overage: number;
                };
            };
            series: {
                /** Format: date-time */
                start: string;
                usage: {
                    messages_count: number;
                    users_count: number;
                    storage_bytes: number;
                    api_calls: number;
                    concurrent_connections: number;
                    voice_minutes: number;
                    video_minutes: number;
                    applications: number;
                };
            }[];
            /** Format: date-time */
            as_of: string;
        };
        IssuedApiKey: {
            key_id: string;
            key_prefix: string;
            name: string;
            /** @enum {string} */
            type: "server" | "client" | "webhook";
            /** @enum {string} */
            environment: "live" | "test";
            app_id: string | null;
            scopes: string[];
            allowed_endpoints: string[];
            rate_limit: {
                requests_per_minute: number | null;
                requests_per_day: number | null;
            } | null;
            ip_whitelist: string[];
            /** Format: date-time */
            expires_at: string | null;
            max_requests: number;
            requests_used: number;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
            rotation: {
                is_primary: boolean;
                predecessor_id: string | null;
                /** Format: date-time */
                valid_until: string | null;
                auto_rotate: boolean;
                rotate_after_days: number;
                /** Format: date-time */
                next_rotation_at: string | null;
            };
            metadata: {
                description: string | null;
                tags: string[];
                notes: string | null;
            } | null;
            /** Format: date-time */
            last_used_at: string | null;
            last_used_ip: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            key: string;
        };
        ApiKey: {
            key_id: string;
            key_prefix: string;
            name: string;
            /** @enum {string} */
            type: "server" | "client" | "webhook";
            /** @enum {string} */
            environment: "live" | "test";
            app_id: string | null;
            scopes: string[];
            allowed_endpoints: string[];
            rate_limit: {
                requests_per_minute: number | null;
                requests_per_day: number | null;
            } | null;
            ip_whitelist: string[];
            /** Format: date-time */
            expires_at: string | null;
            max_requests: number;
            requests_used: number;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
            rotation: {
                is_primary: boolean;
                predecessor_id: string | null;
                /** Format: date-time */
                valid_until: string | null;
                auto_rotate: boolean;
                rotate_after_days: number;
                /** Format: date-time */
                next_rotation_at: string | null;
            };
            metadata: {
                description: string | null;
                tags: string[];
                notes: string | null;
            } | null;
            /** Format: date-time */
            last_used_at: string | null;
            last_used_ip: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        Page: {
            limit: number;
            has_more: boolean;
            next_cursor: string | null;
            prev_cursor: string | null;
        };
        RotatedApiKey: {
            key_id: string;
            key_prefix: string;
            name: string;
            /** @enum {string} */
            type: "server" | "client" | "webhook";
            /** @enum {string} */
            environment: "live" | "test";
            app_id: string | null;
            scopes: string[];
            allowed_endpoints: string[];
            rate_limit: {
                requests_per_minute: number | null;
                requests_per_day: number | null;
            } | null;
            ip_whitelist: string[];
            /** Format: date-time */
            expires_at: string | null;
            max_requests: number;
            requests_used: number;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
            rotation: {
                is_primary: boolean;
                predecessor_id: string | null;
                /** Format: date-time */
                valid_until: string | null;
                auto_rotate: boolean;
                rotate_after_days: number;
                /** Format: date-time */
                next_rotation_at: string | null;
            };
            metadata: {
                description: string | null;
                tags: string[];
                notes: string | null;
            } | null;
            /** Format: date-time */
            last_used_at: string | null;
            last_used_ip: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            key: string;
            predecessor: {
                key_id: string;
                /** Format: date-time */
                valid_until: string;
            };
        };
        Presence: {
            /** @enum {string} */
            state: "online" | "offline" | "away" | "dnd" | "invisible";
            message: string | null;
            emoji: string | null;
            /** Format: date-time */
            expires_at: string | null;
            is_online: boolean;
            /** Format: date-time */
            last_seen: string | null;
        };
        User: {
            user_id: string;
            external_id: string;
            display_name: string;
            username: string | null;
            bio: string | null;
            /** Format: uri */
            avatar_url: string | null;
            first_name: string | null;
            last_name: string | null;
            /** Format: email */
            email: string | null;
            phone: string | null;
            custom_data: Record<string, never> | null;
            /** @enum {string} */
            status: "active" | "inactive" | "banned" | "deleted";
            presence: components["schemas"]["Presence"];
            roles: string[];
            tags: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            deleted_at: string | null;
        };
        BlockedUser: {
            user_id: string;
            /** Format: date-time */
            blocked_at: string;
            reason: string | null;
        };
        Session: {
            session_id: string;
            user_id: string;
            device_id: string | null;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
            ip: string | null;
            location: {
                city: string | null;
                country: string | null;
            } | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_active_at: string;
            /** Format: date-time */
            expires_at: string;
            is_current: boolean;
        };
        Device: {
            device_id: string;
            user_id: string;
            name: string;
            /** @enum {string} */
            type: "mobile" | "tablet" | "desktop" | "web";
            /** @enum {string} */
            platform: "ios" | "android" | "windows" | "macos" | "linux" | "web";
            os_version: string | null;
            app_version: string | null;
            push: {
                /** @enum {string} */
                provider: "fcm" | "apns" | "web_push";
                enabled: boolean;
            } | null;
            trusted: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_active_at: string;
        };
        Application: {
            app_id: string;
            name: string;
            description: string | null;
            /** @enum {string} */
            environment: "development" | "staging" | "production";
            /** @enum {string} */
            status: "active" | "disabled";
            config: {
                allowed_origins: string[];
                features: {
                    voice_calls: boolean;
                    video_calls: boolean;
                    screen_sharing: boolean;
                    file_sharing: boolean;
                    max_file_size_mb: number | null;
                    allowed_file_types: string[] | null;
                } | null;
                rate_limits: {
                    messages_per_minute: number;
                    api_calls_per_minute: number;
                    connections_per_user: number;
                };
                branding: {
                    primary_color: string | null;
                    /** Format: uri */
                    logo_url: string | null;
                    /** Format: uri */
                    favicon_url: string | null;
                    /** Format: uri */
                    custom_css_url: string | null;
                } | null;
            };
            security: {
                jwt_config: {
                    issuer: string | null;
                    audience: string | null;
                    token_expiry_minutes: number;
                    refresh_token_expiry_days: number;
                };
                content_moderation: {
                    enabled: boolean;
                    block_profanity: boolean;
                    custom_blocked_words: string[];
                };
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        AuditLog: {
            audit_id: string;
            actor: {
                /** @enum {string} */
                type: "platform_admin" | "client_admin" | "user" | "service" | "system" | "api";
                id: string | null;
                role: string | null;
                ip: string | null;
                user_agent: string | null;
                on_behalf_of: string | null;
            };
            action: {
                /** @enum {string} */
                category: "auth" | "data" | "config" | "security" | "billing" | "compliance";
                type: string;
                name: string;
            };
            target: {
                type: string;
                id: string | null;
                identifier: string | null;
            } | null;
            changes: {
                before: Record<string, never> | null;
                after: Record<string, never> | null;
                fields_changed: string[];
            } | null;
            result: {
                /** @enum {string} */
                status: "success" | "failure" | "denied" | "partial" | "error";
                error_code: string | null;
                error_message: string | null;
            };
            /** @enum {string} */
            severity: "info" | "low" | "medium" | "high" | "critical";
            request_id: string | null;
            reason: string | null;
            /** Format: date-time */
            timestamp: string;
            prev_hash: string | null;
            hash: string;
        };
        IpWhitelistEntry: {
            entry_id: string;
            cidr: string;
            name: string;
            description: string | null;
            app_id: string | null;
            enabled: boolean;
            added_by: string;
            /** Format: date-time */
            added_at: string;
            /** Format: date-time */
            expires_at: string | null;
        };
        OwnConversationView: {
            /** @enum {string} */
            role: "owner" | "admin" | "moderator" | "member" | "subscriber";
            muted: boolean;
            /** Format: date-time */
            muted_until: string | null;
            pinned: boolean;
            archived: boolean;
            /** @enum {string} */
            notifications: "all" | "mentions" | "none";
            unread_count: number;
            unread_mentions: number;
            last_read_message_id: string | null;
            last_read_sequence: number;
        };
        Conversation: {
            conversation_id: string;
            /** @enum {string} */
            type: "direct" | "group" | "channel";
            name: string | null;
            description: string | null;
            avatar_url: string | null;
            theme: {
                background_url: string | null;
                color: string | null;
            } | null;
            settings: {
                join_approval_required: boolean;
                only_admins_can_message: boolean;
                only_admins_can_add_members: boolean;
                message_retention_days: number;
                slow_mode_seconds: number;
                disappearing_seconds: number;
            } | null;
            members_preview: {
                user_id: string;
                external_id: string;
                display_name: string;
                avatar_url: string | null;
                /** @enum {string} */
                role: "owner" | "admin" | "moderator" | "member" | "subscriber";
            }[];
            member_count: number;
            me: components["schemas"]["OwnConversationView"] | null;
            last_sequence: number;
            last_message: {
                message_id: string;
                sequence: number;
                sender_id: string | null;
                /** @enum {string} */
                type: "text" | "image" | "video" | "audio" | "file" | "voice" | "location" | "contact" | "sticker" | "system";
                preview: string | null;
                /** Format: date-time */
                created_at: string;
            } | null;
            pinned_message_ids: string[];
            encryption: {
                enabled: boolean;
                /** @enum {string|null} */
                protocol: "signal" | "sender_key" | null;
                key_version: number;
            };
            metadata: Record<string, never> | null;
            /** @enum {string} */
            status: "active" | "archived" | "deleted";
            created_by: string;
            /** Format: date-time */
            last_activity_at: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        Member: {
            user_id: string;
            external_id: string;
            display_name: string;
            avatar_url: string | null;
            /** @enum {string} */
            role: "owner" | "admin" | "moderator" | "member" | "subscriber";
            /** @enum {string} */
            status: "active" | "left" | "removed" | "banned";
            permissions: {
                can_send_messages: boolean;
                can_send_media: boolean;
                can_add_members: boolean;
                can_remove_members: boolean;
                can_change_info: boolean;
                can_pin_messages: boolean;
                can_delete_messages: boolean;
                can_start_calls: boolean;
            };
            muted: boolean;
            /** Format: date-time */
            muted_until: string | null;
            /** Format: date-time */
            joined_at: string;
            invited_by: string | null;
            last_read_message_id: string | null;
        };
        Message: {
            message_id: string;
            conversation_id: string;
            sequence: number | null;
            sender: {
                user_id: string | null;
                external_id: string | null;
                display_name: string | null;
                avatar_url: string | null;
            };
            /** @enum {string} */
            type: "text" | "image" | "video" | "audio" | "file" | "voice" | "location" | "contact" | "sticker" | "system";
            content: ({
                /** @enum {string} */
                type: "text";
                text: string;
                formatting?: {
                    /** @enum {string} */
                    type: "bold" | "italic" | "code" | "link" | "strikethrough";
                    offset: number;
                    length: number;
                    /** Format: uri */
                    url?: string;
                }[];
                link_preview?: {
                    /** Format: uri */
                    url: string;
                    title?: string;
                    description?: string;
                    /** Format: uri */
                    image_url?: string;
                    site_name?: string;
                };
            } | {
                /** @enum {string} */
                type: "image";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    width: number;
                    height: number;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "video";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    width: number;
                    height: number;
                    duration: number;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "audio";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    duration: number;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "file";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "voice";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    duration: number;
                    waveform: number[];
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
            } | {
                latitude: number;
                longitude: number;
                name?: string;
                address?: string;
                /** @enum {string} */
                type: "location";
            } | {
                user_id?: string;
                name?: string;
                phone?: string;
                /** Format: email */
                email?: string;
                /** @enum {string} */
                type: "contact";
            } | {
                /** @enum {string} */
                type: "sticker";
                media?: {
                    file_id: string;
                    mime_type: string;
                    width: number;
                    height: number;
                };
                pack_id?: string;
                sticker_id?: string;
            } | {
                /** @enum {string} */
                type: "system";
                system: {
                    /** @enum {string} */
                    type: "user_joined" | "user_left" | "user_removed" | "user_banned" | "role_changed" | "group_created" | "name_changed" | "description_changed" | "avatar_changed" | "settings_changed" | "message_pinned" | "message_unpinned" | "encryption_changed" | "key_rotated" | "call_started" | "call_ended" | "call_missed";
                    data: Record<string, never>;
                };
            } | {
                /** @enum {string} */
                type: "encrypted";
                media?: {
                    file_id: string;
                };
                e2e: {
                    /** @enum {integer} */
                    v: 1;
                    /** @enum {string} */
                    protocol: "signal" | "sender_key";
                    sender_device_id: string;
                    sender_key_id: string;
                    ciphertext: string;
                    keys?: {
                        user_id: string;
                        device_id: string;
                        /** @enum {string} */
                        kind: "prekey" | "message";
                        wrapped_key: string;
                    }[];
                };
            }) | null;
            mentions: {
                user_id: string;
                display_name: string;
                offset: number;
                length: number;
            }[];
            root_message_id: string | null;
            parent_message_id: string | null;
            reply_count: number;
            forwarded: {
                original_message_id: string;
                original_sender_name: string | null;
            } | null;
            reactions: {
                total: number;
                by_emoji: {
                    [key: string]: number;
                };
                mine: string[];
            };
            /** @enum {string} */
            status: "accepted" | "sent" | "delivered" | "read" | "rejected";
            problem: {
                code: string;
                title: string;
                status: number;
                detail: string;
            } | null;
            edited: {
                is_edited: boolean;
                /** Format: date-time */
                edited_at: string | null;
                count: number;
            };
            deleted: {
                is_deleted: boolean;
                /** Format: date-time */
                at: string | null;
                /** @enum {string|null} */
                by_type: "sender" | "admin" | "system" | "retention" | null;
            };
            pinned: boolean;
            client_message_id: string | null;
            metadata: Record<string, never> | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            expires_at: string | null;
        };
        MessageVersion: {
            content: ({
                /** @enum {string} */
                type: "text";
                text: string;
                formatting?: {
                    /** @enum {string} */
                    type: "bold" | "italic" | "code" | "link" | "strikethrough";
                    offset: number;
                    length: number;
                    /** Format: uri */
                    url?: string;
                }[];
                link_preview?: {
                    /** Format: uri */
                    url: string;
                    title?: string;
                    description?: string;
                    /** Format: uri */
                    image_url?: string;
                    site_name?: string;
                };
            } | {
                /** @enum {string} */
                type: "image";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    width: number;
                    height: number;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "video";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    width: number;
                    height: number;
                    duration: number;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "audio";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    duration: number;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "file";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
                text?: string;
            } | {
                /** @enum {string} */
                type: "voice";
                media: {
                    file_id: string;
                    file_name: string;
                    file_size: number;
                    mime_type: string;
                    duration: number;
                    waveform: number[];
                    /** @enum {string} */
                    processing_status?: "pending" | "processing" | "ready" | "failed";
                };
            } | {
                latitude: number;
                longitude: number;
                name?: string;
                address?: string;
                /** @enum {string} */
                type: "location";
            } | {
                user_id?: string;
                name?: string;
                phone?: string;
                /** Format: email */
                email?: string;
                /** @enum {string} */
                type: "contact";
            } | {
                /** @enum {string} */
                type: "sticker";
                media?: {
                    file_id: string;
                    mime_type: string;
                    width: number;
                    height: number;
                };
                pack_id?: string;
                sticker_id?: string;
            } | {
                /** @enum {string} */
                type: "system";
                system: {
                    /** @enum {string} */
                    type: "user_joined" | "user_left" | "user_removed" | "user_banned" | "role_changed" | "group_created" | "name_changed" | "description_changed" | "avatar_changed" | "settings_changed" | "message_pinned" | "message_unpinned" | "encryption_changed" | "key_rotated" | "call_started" | "call_ended" | "call_missed";
                    data: Record<string, never>;
                };
            } | {
                /** @enum {string} */
                type: "encrypted";
                media?: {
                    file_id: string;
                };
                e2e: {
                    /** @enum {integer} */
                    v: 1;
                    /** @enum {string} */
                    protocol: "signal" | "sender_key";
                    sender_device_id: string;
                    sender_key_id: string;
                    ciphertext: string;
                    keys?: {
                        user_id: string;
                        device_id: string;
                        /** @enum {string} */
                        kind: "prekey" | "message";
                        wrapped_key: string;
                    }[];
                };
            }) | null;
            /** Format: date-time */
            created_at: string;
            is_current: boolean;
        };
        Thread: {
            root: components["schemas"]["Message"];
            reply_count: number;
            /** Format: date-time */
            last_reply_at: string | null;
            participants: {
                user_id: string;
                display_name: string;
                avatar_url: string | null;
            }[];
            is_following: boolean;
        };
        ReactionSummary: {
            total: number;
            by_emoji: {
                [key: string]: number;
            };
            mine: string[];
        };
        Reaction: {
            user: {
                user_id: string;
                display_name: string | null;
                avatar_url: string | null;
            };
            emoji: string;
            /** Format: date-time */
            created_at: string;
        };
        Receipts: {
            data: {
                user_id: string;
                display_name: string;
                /** @enum {string} */
                status: "delivered" | "read";
                /** Format: date-time */
                delivered_at: string | null;
                /** Format: date-time */
                read_at: string | null;
            }[];
            page: components["schemas"]["Page"];
            counts: {
                delivered: number;
                read: number;
            };
        };
        Group: {
            group_id: string;
            conversation_id: string;
            name: string | null;
            description: string | null;
            member_count: number;
            /** @enum {string} */
            category: "social" | "work" | "family" | "custom";
            tags: string[];
            is_discoverable: boolean;
            rules: {
                rule_number: number;
                title: string;
                description: string | null;
                /** Format: date-time */
                added_at: string;
            }[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        GroupWithConversation: {
            group: components["schemas"]["Group"];
            conversation: components["schemas"]["Conversation"];
        };
        Invite: {
            code: string;
            enabled: boolean;
            /** Format: date-time */
            expires_at: string | null;
            uses: number;
            max_uses: number | null;
        };
        JoinRequest: {
            user_id: string;
            message: string | null;
            /** Format: date-time */
            requested_at: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listApplications: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Application"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApplication: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string | null;
                    /** @enum {string} */
                    environment: "development" | "staging" | "production";
                    config?: {
                        allowed_origins?: string[];
                        features?: {
                            voice_calls: boolean;
                            video_calls: boolean;
                            screen_sharing: boolean;
                            file_sharing: boolean;
                            max_file_size_mb: number | null;
                            allowed_file_types: string[] | null;
                        } | null;
                        rate_limits?: {
                            messages_per_minute?: number;
                            api_calls_per_minute?: number;
                            connections_per_user?: number;
                        };
                        branding?: {
                            primary_color: string | null;
                            /** Format: uri */
                            logo_url: string | null;
                            /** Format: uri */
                            favicon_url: string | null;
                            /** Format: uri */
                            custom_css_url: string | null;
                        } | null;
                    };
                    security?: {
                        jwt_config?: {
                            issuer?: string | null;
                            audience?: string | null;
                            token_expiry_minutes?: number;
                            refresh_token_expiry_days?: number;
                        };
                        content_moderation?: {
                            enabled?: boolean;
                            block_profanity?: boolean;
                            custom_blocked_words?: string[];
                        };
                    };
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApplication: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                app_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteApplication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateApplication: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                app_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string | null;
                    /** @enum {string} */
                    status?: "active" | "disabled";
                    config?: {
                        allowed_origins?: string[];
                        features?: {
                            voice_calls: boolean;
                            video_calls: boolean;
                            screen_sharing: boolean;
                            file_sharing: boolean;
                            max_file_size_mb: number | null;
                            allowed_file_types: string[] | null;
                        } | null;
                        rate_limits?: {
                            messages_per_minute?: number;
                            api_calls_per_minute?: number;
                            connections_per_user?: number;
                        };
                        branding?: {
                            primary_color: string | null;
                            /** Format: uri */
                            logo_url: string | null;
                            /** Format: uri */
                            favicon_url: string | null;
                            /** Format: uri */
                            custom_css_url: string | null;
                        } | null;
                    };
                    security?: {
                        jwt_config?: {
                            issuer?: string | null;
                            audience?: string | null;
                            token_expiry_minutes?: number;
                            refresh_token_expiry_days?: number;
                        };
                        content_moderation?: {
                            enabled?: boolean;
                            block_profanity?: boolean;
                            custom_blocked_words?: string[];
                        };
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            kid: string;
                            /** @enum {string} */
                            alg: "RS256" | "ES256" | "EdDSA";
                            public_jwk: {
                                /** @enum {string} */
                                kty: "RSA" | "EC" | "OKP";
                                /** @enum {string} */
                                crv?: "P-256" | "Ed25519";
                                n?: string;
                                e?: string;
                                x?: string;
                                y?: string;
                            };
                            /** @enum {string} */
                            status: "active" | "revoked";
                            /** Format: date-time */
                            not_before: string | null;
                            /** Format: date-time */
                            expires_at: string | null;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSigningKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                app_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kid: string;
                    /** @enum {string} */
                    alg: "RS256" | "ES256" | "EdDSA";
                    public_key: string;
                    /**
                     * Format: date-time
                     * @default null
                     */
                    not_before?: string | null;
                    /**
                     * Format: date-time
                     * @default null
                     */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kid: string;
                        /** @enum {string} */
                        alg: "RS256" | "ES256" | "EdDSA";
                        public_jwk: {
                            /** @enum {string} */
                            kty: "RSA" | "EC" | "OKP";
                            /** @enum {string} */
                            crv?: "P-256" | "Ed25519";
                            n?: string;
                            e?: string;
                            x?: string;
                            y?: string;
                        };
                        /** @enum {string} */
                        status: "active" | "revoked";
                        /** Format: date-time */
                        not_before: string | null;
                        /** Format: date-time */
                        expires_at: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeSigningKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                app_id: string;
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                app_id?: string;
                type?: "server" | "client" | "webhook";
                status?: "active" | "revoked" | "expired";
                environment?: "live" | "test";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default null */
                    app_id?: string | null;
                    name: string;
                    /** @enum {string} */
                    type: "server" | "client" | "webhook";
                    /** @enum {string} */
                    environment: "live" | "test";
                    /** @default [] */
                    scopes?: string[];
                    /**
                     * @default [
                     *       "*"
                     *     ]
                     */
                    allowed_endpoints?: string[];
                    /** @default [] */
                    ip_whitelist?: string[];
                    /**
                     * Format: date-time
                     * @default null
                     */
                    expires_at?: string | null;
                    /** @default null */
                    rate_limit?: {
                        /** @default null */
                        requests_per_minute?: number | null;
                        /** @default null */
                        requests_per_day?: number | null;
                    } | null;
                    /** @default -1 */
                    max_requests?: number;
                    /** @default false */
                    auto_rotate?: boolean;
                    /** @default 90 */
                    rotate_after_days?: number;
                    /** @default null */
                    metadata?: {
                        /** @default null */
                        description?: string | null;
                        /** @default [] */
                        tags?: string[];
                        /** @default null */
                        notes?: string | null;
                    } | null;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    scopes?: string[];
                    allowed_endpoints?: string[];
                    ip_whitelist?: string[];
                    /** Format: date-time */
                    expires_at?: string | null;
                    rate_limit?: {
                        /** @default null */
                        requests_per_minute?: number | null;
                        /** @default null */
                        requests_per_day?: number | null;
                    } | null;
                    metadata?: {
                        /** @default null */
                        description?: string | null;
                        /** @default [] */
                        tags?: string[];
                        /** @default null */
                        notes?: string | null;
                    } | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    grace_seconds?: number;
                    reason?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    introspect: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        actor: string;
                        tenant_id: string;
                        app_id: string | null;
                        user_id: string | null;
                        roles: string[];
                        permissions: string[];
                        /** Format: date-time */
                        expires_at: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refresh_token?: string;
                    /** @default false */
                    all_devices?: boolean;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refresh_token: string;
                    device_id?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /** @enum {string} */
                        token_type: "Bearer";
                        expires_in: number;
                        refresh_token: string | null;
                        refresh_expires_in: number | null;
                        session_id: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token?: string;
                    jti?: string;
                    session_id?: string;
                    /** @enum {string} */
                    reason?: "logout" | "password_change" | "security_breach" | "admin_action" | "device_removed";
                };
            };
        };
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeAllSessions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id?: string;
                    /** @enum {string} */
                    reason?: "logout" | "password_change" | "security_breach" | "admin_action" | "device_removed";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        revoked_sessions: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exchangeToken: {
        parameters: {
            query?: never;
            header?: {
                "x-api-key"?: string;
                origin?: string;
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    app_id: string;
                    app_secret?: string;
                    user_token?: string;
                    user_external_id?: string;
                    metadata?: {
                        display_name?: string;
                        /** Format: uri */
                        avatar_url?: string;
                        device?: {
                            device_id?: string;
                            /** @enum {string} */
                            type: "mobile" | "tablet" | "desktop" | "web";
                            /** @enum {string} */
                            platform: "ios" | "android" | "windows" | "macos" | "linux" | "web";
                            name?: string;
                            app_version?: string;
                        };
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /** @enum {string} */
                        token_type: "Bearer";
                        expires_in: number;
                        refresh_token: string | null;
                        refresh_expires_in: number | null;
                        session_id: string | null;
                        user: components["schemas"]["User"] | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConversations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                type?: "direct" | "group" | "channel";
                archived?: "true" | "false" | "all";
                unread?: "true" | "false";
                pinned?: "true" | "false";
                q?: string;
                updated_since?: string;
                member_id?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Conversation"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    type: "direct" | "group" | "channel";
                    /** @default [] */
                    member_ids?: string[];
                    name?: string;
                    description?: string;
                    /** Format: uri */
                    avatar_url?: string;
                    settings?: {
                        join_approval_required?: boolean;
                        only_admins_can_message?: boolean;
                        only_admins_can_add_members?: boolean;
                        message_retention_days?: number;
                        slow_mode_seconds?: number;
                        disappearing_seconds?: number;
                    };
                    metadata?: Record<string, never>;
                    encryption?: {
                        /** @enum {string} */
                        protocol: "signal" | "sender_key";
                    };
                    is_public?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveConversations: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    conversation_ids: string[];
                    archived: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            index: number;
                            status: number;
                            id: string;
                            error?: string;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    joinByCode: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation_id: string;
                        /** @enum {string} */
                        status: "joined" | "pending";
                    };
                };
            };
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation_id: string;
                        /** @enum {string} */
                        status: "joined" | "pending";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPinnedConversations: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    conversation_ids: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation_ids: string[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConversation: {
        parameters: {
            query?: {
                expand?: string;
            };
            header?: {
                "If-None-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation_id: string;
                        /** @enum {string} */
                        type: "direct" | "group" | "channel";
                        name: string | null;
                        description: string | null;
                        avatar_url: string | null;
                        theme: {
                            background_url: string | null;
                            color: string | null;
                        } | null;
                        settings: {
                            join_approval_required: boolean;
                            only_admins_can_message: boolean;
                            only_admins_can_add_members: boolean;
                            message_retention_days: number;
                            slow_mode_seconds: number;
                            disappearing_seconds: number;
                        } | null;
                        members_preview: {
                            user_id: string;
                            external_id: string;
                            display_name: string;
                            avatar_url: string | null;
                            /** @enum {string} */
                            role: "owner" | "admin" | "moderator" | "member" | "subscriber";
                        }[];
                        member_count: number;
                        me: components["schemas"]["OwnConversationView"] | null;
                        last_sequence: number;
                        last_message: {
                            message_id: string;
                            sequence: number;
                            sender_id: string | null;
                            /** @enum {string} */
                            type: "text" | "image" | "video" | "audio" | "file" | "voice" | "location" | "contact" | "sticker" | "system";
                            preview: string | null;
                            /** Format: date-time */
                            created_at: string;
                        } | null;
                        pinned_message_ids: string[];
                        encryption: {
                            enabled: boolean;
                            /** @enum {string|null} */
                            protocol: "signal" | "sender_key" | null;
                            key_version: number;
                        };
                        metadata: Record<string, never> | null;
                        /** @enum {string} */
                        status: "active" | "archived" | "deleted";
                        created_by: string;
                        /** Format: date-time */
                        last_activity_at: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        members?: components["schemas"]["Member"][];
                        pinned_messages?: components["schemas"]["Message"][];
                    };
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteConversation: {
        parameters: {
            query?: {
                scope?: "self" | "all";
                reason?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateConversation: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string | null;
                    /** Format: uri */
                    avatar_url?: string | null;
                    theme?: {
                        /** Format: uri */
                        background_url: string | null;
                        color: string | null;
                    } | null;
                    settings?: {
                        join_approval_required?: boolean;
                        only_admins_can_message?: boolean;
                        only_admins_can_add_members?: boolean;
                        message_retention_days?: number;
                        slow_mode_seconds?: number;
                        disappearing_seconds?: number;
                    };
                    metadata?: Record<string, never> | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default false */
                    keep_archived?: boolean;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unarchiveConversation: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearHistory: {
        parameters: {
            query?: {
                before?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInvite: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invite"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setInvite: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    /** Format: date-time */
                    expires_at?: string | null;
                    max_uses?: number | null;
                    rotate?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invite"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteInvite: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    joinConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation_id: string;
                        /** @enum {string} */
                        status: "joined" | "pending";
                    };
                };
            };
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation_id: string;
                        /** @enum {string} */
                        status: "joined" | "pending";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leaveConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                role?: "owner" | "admin" | "moderator" | "member" | "subscriber";
                status?: "active" | "left" | "removed" | "banned";
                q?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Member"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addMembers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_ids: string[];
                    /**
                     * @default member
                     * @enum {string}
                     */
                    role?: "admin" | "moderator" | "member" | "subscriber";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        added: string[];
                        skipped: {
                            user_id: string;
                            /** @enum {string} */
                            reason: "already_member" | "banned";
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMember: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role?: "owner" | "admin" | "moderator" | "member" | "subscriber";
                    permissions?: {
                        can_send_messages?: boolean | null;
                        can_send_media?: boolean | null;
                        can_add_members?: boolean | null;
                        can_remove_members?: boolean | null;
                        can_change_info?: boolean | null;
                        can_pin_messages?: boolean | null;
                        can_delete_messages?: boolean | null;
                        can_start_calls?: boolean | null;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setMemberRole: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "owner" | "admin" | "moderator" | "member" | "subscriber";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                order?: "asc" | "desc";
                before?: string;
                after?: string;
                around?: string;
                types?: ("text" | "image" | "video" | "audio" | "file" | "voice" | "location" | "contact" | "sticker" | "system")[];
                sender_id?: string;
                pinned?: boolean;
                include_deleted?: boolean;
                include_replies?: boolean;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Message"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    type: "text";
                    content: {
                        text?: string;
                        formatting?: {
                            /** @enum {string} */
                            type: "bold" | "italic" | "code" | "link" | "strikethrough";
                            offset: number;
                            length: number;
                            /** Format: uri */
                            url?: string;
                        }[];
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    mentions?: {
                        user_id: string;
                        offset: number;
                        length: number;
                    }[];
                } | {
                    /** @enum {string} */
                    type: "image";
                    content: {
                        media: {
                            file_id: string;
                            width?: number;
                            height?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "video";
                    content: {
                        media: {
                            file_id: string;
                            width?: number;
                            height?: number;
                            duration?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "audio";
                    content: {
                        media: {
                            file_id: string;
                            duration?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "file";
                    content: {
                        media: {
                            file_id: string;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "voice";
                    content: {
                        media: {
                            file_id: string;
                            duration?: number;
                            waveform?: number[];
                        };
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "location";
                    content: {
                        latitude?: number;
                        longitude?: number;
                        name?: string;
                        address?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "contact";
                    content: {
                        user_id?: string;
                        name?: string;
                        phone?: string;
                        /** Format: email */
                        email?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "sticker";
                    content: {
                        media?: {
                            file_id: string;
                            width?: number;
                            height?: number;
                        };
                        pack_id?: string;
                        sticker_id?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "system";
                    content: Record<string, never>;
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    muteConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    duration_seconds?: number;
                    /** @default true */
                    mention_exceptions?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unmuteConversation: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pinConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    order?: number;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unpinConversation: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markConversationRead: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message_id?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        unread_count: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreConversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setTyping: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "start" | "stop";
                };
            };
        };
        responses: {
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                user_id?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Device"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerDevice: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    device_id?: string;
                    name?: string;
                    /** @enum {string} */
                    type: "mobile" | "tablet" | "desktop" | "web";
                    /** @enum {string} */
                    platform: "ios" | "android" | "windows" | "macos" | "linux" | "web";
                    os_version?: string;
                    app_version?: string;
                    push?: {
                        /** @enum {string} */
                        provider: "fcm";
                        token: string;
                    } | {
                        /** @enum {string} */
                        provider: "apns";
                        token: string;
                    } | {
                        /** @enum {string} */
                        provider: "web_push";
                        endpoint: string;
                        keys: {
                            p256dh: string;
                            auth: string;
                        };
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeDevice: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    push?: ({
                        /** @enum {string} */
                        provider: "fcm";
                        token: string;
                    } | {
                        /** @enum {string} */
                        provider: "apns";
                        token: string;
                    } | {
                        /** @enum {string} */
                        provider: "web_push";
                        endpoint: string;
                        keys: {
                            p256dh: string;
                            auth: string;
                        };
                    }) | null;
                    trusted?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGroups: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                discoverable?: "true" | "false";
                category?: "social" | "work" | "family" | "custom";
                tag?: string;
                q?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Group"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createGroup: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    member_ids: string[];
                    description?: string;
                    settings?: {
                        join_approval_required?: boolean;
                        only_admins_can_message?: boolean;
                        only_admins_can_add_members?: boolean;
                        message_retention_days?: number;
                        slow_mode_seconds?: number;
                        disappearing_seconds?: number;
                    };
                    metadata?: Record<string, never>;
                    /** @enum {string} */
                    category?: "social" | "work" | "family" | "custom";
                    tags?: string[];
                    is_discoverable?: boolean;
                    rules?: {
                        title: string;
                        description?: string;
                    }[];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupWithConversation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroup: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGroup: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateGroup: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    category?: "social" | "work" | "family" | "custom";
                    tags?: string[];
                    is_discoverable?: boolean;
                    rules?: {
                        title: string;
                        description?: string;
                    }[];
                    moderation?: {
                        auto_moderation_enabled?: boolean;
                        spam_detection_enabled?: boolean;
                        blocked_words?: string[];
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBans: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Member"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    banMember: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: string;
                    reason?: string;
                    /** Format: date-time */
                    until?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unbanMember: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJoinRequests: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["JoinRequest"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveJoinRequest: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rejectJoinRequest: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGroupMembers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                role?: "owner" | "admin" | "moderator" | "member";
                status?: "active" | "left" | "removed" | "banned";
                q?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Member"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addGroupMembers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_ids: string[];
                    /**
                     * @default member
                     * @enum {string}
                     */
                    role?: "admin" | "moderator" | "member";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        added: string[];
                        skipped: {
                            user_id: string;
                            /** @enum {string} */
                            reason: "already_member" | "banned";
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeGroupMember: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateGroupMember: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role?: "owner" | "admin" | "moderator" | "member";
                    permissions?: {
                        can_send_messages?: boolean | null;
                        can_send_media?: boolean | null;
                        can_add_members?: boolean | null;
                        can_remove_members?: boolean | null;
                        can_change_info?: boolean | null;
                        can_pin_messages?: boolean | null;
                        can_delete_messages?: boolean | null;
                        can_start_calls?: boolean | null;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    muteMember: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    duration_seconds?: number;
                    reason?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unmuteMember: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transferOwnership: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                group_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                        kind: string;
                        /** @enum {string} */
                        status: "queued" | "running" | "succeeded" | "failed" | "cancelled";
                        progress: {
                            done: number;
                            total: number | null;
                        };
                        result_url: string | null;
                        error: {
                            code: string;
                            message: string;
                        } | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        finished_at: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobResult: {
        parameters: {
            query?: {
                part?: number;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        part: number;
                        parts: number;
                        content_type: string;
                        content: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name?: string;
                    username?: string | null;
                    bio?: string | null;
                    /** Format: uri */
                    avatar_url?: string | null;
                    first_name?: string | null;
                    last_name?: string | null;
                    /** Format: email */
                    email?: string | null;
                    phone?: string | null;
                    custom_data?: Record<string, never> | null;
                    settings?: {
                        notifications?: {
                            push_enabled?: boolean;
                            email_enabled?: boolean;
                            sound_enabled?: boolean;
                            vibrate_enabled?: boolean;
                            mute_all?: boolean;
                            quiet_hours?: {
                                enabled: boolean;
                                start: string;
                                end: string;
                                timezone: string;
                            };
                        };
                        privacy?: {
                            show_online_status?: boolean;
                            show_last_seen?: boolean;
                            show_read_receipts?: boolean;
                            show_typing_indicator?: boolean;
                            /** @enum {string} */
                            allow_message_requests?: "everyone" | "contacts" | "none";
                            /** @enum {string} */
                            profile_visibility?: "public" | "contacts" | "private";
                        };
                        chat?: {
                            /** @enum {string} */
                            theme?: "light" | "dark" | "system";
                            language?: string;
                            message_preview?: boolean;
                            enter_to_send?: boolean;
                            /** @enum {string} */
                            font_size?: "small" | "medium" | "large";
                        };
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBlocked: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["BlockedUser"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPresence: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "online" | "offline" | "away" | "dnd" | "invisible";
                    message?: string;
                    emoji?: string;
                    /** Format: date-time */
                    expires_at?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Presence"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUnread: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        conversations: number;
                        mentions: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessagesOf: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                order?: "asc" | "desc";
                before?: string;
                after?: string;
                around?: string;
                types?: ("text" | "image" | "video" | "audio" | "file" | "voice" | "location" | "contact" | "sticker" | "system")[];
                sender_id?: string;
                pinned?: boolean;
                include_deleted?: boolean;
                include_replies?: boolean;
                conversation_id: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Message"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendMessageInto: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    type: "text";
                    content: {
                        text?: string;
                        formatting?: {
                            /** @enum {string} */
                            type: "bold" | "italic" | "code" | "link" | "strikethrough";
                            offset: number;
                            length: number;
                            /** Format: uri */
                            url?: string;
                        }[];
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    mentions?: {
                        user_id: string;
                        offset: number;
                        length: number;
                    }[];
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "image";
                    content: {
                        media: {
                            file_id: string;
                            width?: number;
                            height?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "video";
                    content: {
                        media: {
                            file_id: string;
                            width?: number;
                            height?: number;
                            duration?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "audio";
                    content: {
                        media: {
                            file_id: string;
                            duration?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "file";
                    content: {
                        media: {
                            file_id: string;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "voice";
                    content: {
                        media: {
                            file_id: string;
                            duration?: number;
                            waveform?: number[];
                        };
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "location";
                    content: {
                        latitude?: number;
                        longitude?: number;
                        name?: string;
                        address?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "contact";
                    content: {
                        user_id?: string;
                        name?: string;
                        phone?: string;
                        /** Format: email */
                        email?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "sticker";
                    content: {
                        media?: {
                            file_id: string;
                            width?: number;
                            height?: number;
                        };
                        pack_id?: string;
                        sticker_id?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                } | {
                    /** @enum {string} */
                    type: "system";
                    content: Record<string, never>;
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    conversation_id: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forwardMessages: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message_ids: string[];
                    conversation_ids: string[];
                    /** @default false */
                    hide_sender?: boolean;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            index: number;
                            message_id: string;
                            conversation_id: string;
                            status: number;
                            id: string | null;
                            error: {
                                code: string;
                                message: string;
                            } | null;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMessage: {
        parameters: {
            query?: {
                for?: "everyone" | "self";
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMessage: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    content?: {
                        text: string;
                        formatting?: {
                            /** @enum {string} */
                            type: "bold" | "italic" | "code" | "link" | "strikethrough";
                            offset: number;
                            length: number;
                            /** Format: uri */
                            url?: string;
                        }[];
                    };
                    mentions?: {
                        user_id: string;
                        offset: number;
                        length: number;
                    }[];
                    metadata?: Record<string, never>;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmDelivery: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    device_id?: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessageVersions: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["MessageVersion"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pinMessage: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unpinMessage: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReactions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                emoji?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Reaction"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addReaction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    emoji: string;
                    /** @default false */
                    enforce_unique?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReactionSummary"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeReactions: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeReaction: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
                emoji: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReceipts: {
        parameters: {
            query?: {
                status?: "delivered" | "read";
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipts"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReplies: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                order?: "asc" | "desc";
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Message"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replyToMessage: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    type: "text";
                    content: {
                        text?: string;
                        formatting?: {
                            /** @enum {string} */
                            type: "bold" | "italic" | "code" | "link" | "strikethrough";
                            offset: number;
                            length: number;
                            /** Format: uri */
                            url?: string;
                        }[];
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                    mentions?: {
                        user_id: string;
                        offset: number;
                        length: number;
                    }[];
                } | {
                    /** @enum {string} */
                    type: "image";
                    content: {
                        media: {
                            file_id: string;
                            width?: number;
                            height?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "video";
                    content: {
                        media: {
                            file_id: string;
                            width?: number;
                            height?: number;
                            duration?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "audio";
                    content: {
                        media: {
                            file_id: string;
                            duration?: number;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "file";
                    content: {
                        media: {
                            file_id: string;
                        };
                        text?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "voice";
                    content: {
                        media: {
                            file_id: string;
                            duration?: number;
                            waveform?: number[];
                        };
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "location";
                    content: {
                        latitude?: number;
                        longitude?: number;
                        name?: string;
                        address?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "contact";
                    content: {
                        user_id?: string;
                        name?: string;
                        phone?: string;
                        /** Format: email */
                        email?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "sticker";
                    content: {
                        media?: {
                            file_id: string;
                            width?: number;
                            height?: number;
                        };
                        pack_id?: string;
                        sticker_id?: string;
                        e2e?: {
                            /** @enum {integer} */
                            v: 1;
                            /** @enum {string} */
                            protocol: "signal" | "sender_key";
                            sender_device_id: string;
                            sender_key_id: string;
                            ciphertext: string;
                            keys?: {
                                user_id: string;
                                device_id: string;
                                /** @enum {string} */
                                kind: "prekey" | "message";
                                wrapped_key: string;
                            }[];
                        };
                    };
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                } | {
                    /** @enum {string} */
                    type: "system";
                    content: Record<string, never>;
                    client_message_id?: string;
                    root_message_id?: string;
                    parent_message_id?: string;
                    metadata?: Record<string, never>;
                    silent?: boolean;
                    expires_in_seconds?: number;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getThread: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Thread"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPermissions: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        roles: string[];
                        permissions: string[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkPermissions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    checks: {
                        permission: string;
                        resource?: {
                            type: string;
                            id: string;
                        };
                    }[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            permission: string;
                            allowed: boolean;
                            reason: string;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPresence: {
        parameters: {
            query: {
                user_ids: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: {
                            /** @enum {string} */
                            state: "online" | "offline" | "away" | "dnd" | "invisible";
                            message: string | null;
                            emoji: string | null;
                            /** Format: date-time */
                            expires_at: string | null;
                            is_online: boolean;
                            /** Format: date-time */
                            last_seen: string | null;
                        };
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmMessages: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        message_id: string;
                        /** @enum {string} */
                        status: "delivered" | "read";
                    }[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            index: number;
                            status: number;
                            id: string;
                            error: {
                                code: string;
                                message: string;
                            } | null;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchEverywhere: {
        parameters: {
            query: {
                q: string;
                limit_per_type?: number;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        messages: {
                            message: components["schemas"]["Message"];
                            highlights: string[];
                        }[];
                        conversations: components["schemas"]["Conversation"][];
                        users: components["schemas"]["User"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchMessages: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                q: string;
                conversation_id?: string;
                sender_id?: string;
                types?: ("text" | "image" | "video" | "audio" | "file" | "voice" | "location" | "contact" | "sticker" | "system")[];
                from?: string;
                to?: string;
                has?: "file" | "link" | "mention";
                sort?: "relevance" | "recent";
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            message: components["schemas"]["Message"];
                            highlights: string[];
                        }[];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                user_id?: string;
                status?: "active" | "revoked";
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Session"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    terminateAllSessions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        terminated: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    terminateOtherSessions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        terminated: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    terminateSession: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    company_name?: string;
                    contact?: {
                        /** Format: email */
                        primary_email?: string;
                        /** Format: email */
                        billing_email?: string | null;
                        phone?: string | null;
                        address?: {
                            line1: string;
                            line2: string | null;
                            city: string;
                            state: string | null;
                            postal_code: string | null;
                            country: string;
                        } | null;
                    };
                    security?: {
                        mfa_required?: boolean;
                        ip_whitelist_enabled?: boolean;
                        session_timeout_minutes?: number;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTenantAdmins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            admin_id: string;
                            /** Format: email */
                            email: string | null;
                            first_name: string | null;
                            last_name: string | null;
                            /** @enum {string} */
                            role: "owner" | "admin" | "developer" | "viewer";
                            /** @enum {string} */
                            status: "pending" | "active" | "suspended";
                            invited_by: string | null;
                            /** Format: date-time */
                            created_at: string;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTenantAdmin: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    /** @enum {string} */
                    role: "owner" | "admin" | "developer" | "viewer";
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        admin_id: string;
                        /** Format: email */
                        email: string | null;
                        first_name: string | null;
                        last_name: string | null;
                        /** @enum {string} */
                        role: "owner" | "admin" | "developer" | "viewer";
                        /** @enum {string} */
                        status: "pending" | "active" | "suspended";
                        invited_by: string | null;
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                admin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        admin_id: string;
                        /** Format: email */
                        email: string | null;
                        first_name: string | null;
                        last_name: string | null;
                        /** @enum {string} */
                        role: "owner" | "admin" | "developer" | "viewer";
                        /** @enum {string} */
                        status: "pending" | "active" | "suspended";
                        invited_by: string | null;
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTenantAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                admin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTenantAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                admin_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "owner" | "admin" | "developer" | "viewer";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        admin_id: string;
                        /** Format: email */
                        email: string | null;
                        first_name: string | null;
                        last_name: string | null;
                        /** @enum {string} */
                        role: "owner" | "admin" | "developer" | "viewer";
                        /** @enum {string} */
                        status: "pending" | "active" | "suspended";
                        invited_by: string | null;
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditLogs: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
                actor_id?: string;
                action?: string;
                category?: "auth" | "data" | "config" | "security" | "billing" | "compliance";
                target_id?: string;
                result?: "success" | "failure" | "denied" | "partial" | "error";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AuditLog"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAuditLogs: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default json
                     * @enum {string}
                     */
                    format?: "json" | "csv";
                    /** Format: date-time */
                    from?: string;
                    /** Format: date-time */
                    to?: string;
                    actor_id?: string;
                    action?: string;
                    /** @enum {string} */
                    category?: "auth" | "data" | "config" | "security" | "billing" | "compliance";
                    target_id?: string;
                    /** @enum {string} */
                    result?: "success" | "failure" | "denied" | "partial" | "error";
                };
            };
        };
        responses: {
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyAuditLogs: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        intact: boolean;
                        entries: number;
                        days: number;
                        faults: {
                            day: string;
                            sequence: number;
                            audit_id: string;
                            /** @enum {string} */
                            fault: "missing" | "changed" | "unlinked";
                        }[];
                        ends: {
                            day: string;
                            sequence: number;
                            hash: string;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIpWhitelist: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["IpWhitelistEntry"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addToIpWhitelist: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cidr: string;
                    name: string;
                    /** @default null */
                    description?: string | null;
                    /** @default null */
                    app_id?: string | null;
                    /**
                     * Format: date-time
                     * @default null
                     */
                    expires_at?: string | null;
                    /** @default false */
                    force?: boolean;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IpWhitelistEntry"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeFromIpWhitelist: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                entry_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantSettings: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantSettings"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceTenantSettings: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantSettings"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTenantSettings: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantSettings"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantUsage: {
        parameters: {
            query?: {
                period?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                q?: string;
                ids?: string;
                external_ids?: string;
                role?: string;
                banned?: "true" | "false";
                created_from?: string;
                created_to?: string;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    external_id: string;
                    display_name: string;
                    username?: string;
                    bio?: string;
                    /** Format: uri */
                    avatar_url?: string;
                    first_name?: string;
                    last_name?: string;
                    /** Format: email */
                    email?: string;
                    phone?: string;
                    custom_data?: Record<string, never>;
                    roles?: string[];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUsers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    users: {
                        external_id: string;
                        display_name: string;
                        username?: string;
                        bio?: string;
                        /** Format: uri */
                        avatar_url?: string;
                        first_name?: string;
                        last_name?: string;
                        /** Format: email */
                        email?: string;
                        phone?: string;
                        custom_data?: Record<string, never>;
                        roles?: string[];
                    }[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            index: number;
                            status: number;
                            id?: string;
                            error?: {
                                code: string;
                                message: string;
                            };
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upsertUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                external_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name: string;
                    username?: string;
                    bio?: string;
                    /** Format: uri */
                    avatar_url?: string;
                    first_name?: string;
                    last_name?: string;
                    /** Format: email */
                    email?: string;
                    phone?: string;
                    custom_data?: Record<string, never>;
                    roles?: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            201: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: {
                mode?: "soft" | "hard";
                delete_messages?: boolean;
            };
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                    };
                };
            };
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name?: string;
                    username?: string | null;
                    bio?: string | null;
                    /** Format: uri */
                    avatar_url?: string | null;
                    first_name?: string | null;
                    last_name?: string | null;
                    /** Format: email */
                    email?: string | null;
                    phone?: string | null;
                    custom_data?: Record<string, never> | null;
                    roles?: string[];
                    settings?: {
                        notifications?: {
                            push_enabled?: boolean;
                            email_enabled?: boolean;
                            sound_enabled?: boolean;
                            vibrate_enabled?: boolean;
                            mute_all?: boolean;
                            quiet_hours?: {
                                enabled: boolean;
                                start: string;
                                end: string;
                                timezone: string;
                            };
                        };
                        privacy?: {
                            show_online_status?: boolean;
                            show_last_seen?: boolean;
                            show_read_receipts?: boolean;
                            show_typing_indicator?: boolean;
                            /** @enum {string} */
                            allow_message_requests?: "everyone" | "contacts" | "none";
                            /** @enum {string} */
                            profile_visibility?: "public" | "contacts" | "private";
                        };
                        chat?: {
                            /** @enum {string} */
                            theme?: "light" | "dark" | "system";
                            language?: string;
                            message_preview?: boolean;
                            enter_to_send?: boolean;
                            /** @enum {string} */
                            font_size?: "small" | "medium" | "large";
                        };
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    banUser: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** Format: date-time */
                    until?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unbanUser: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    blockUser: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unblockUser: {
        parameters: {
            query?: never;
            header?: {
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportUser: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "X-Act-As-User"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    RateLimit?: string;
                    "RateLimit-Policy"?: string;
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
