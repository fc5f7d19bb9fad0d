"""Chats, whatever interface they come by: what a conversation asks for, of which article, and the answer."""
