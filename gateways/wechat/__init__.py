"""The WeChat official-account door (微信公众号): the callback protocol, and the messages that come through it."""
