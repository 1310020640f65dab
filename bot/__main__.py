"""`python -m bot`; the installed command is `digest-bot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
