"""digest-bot: a Telegram bot that turns the press into short digests of proven key facts."""
