"""What each command does: one module each, loaded once it is asked for, with `carry_out(config, options)`.

It returns the exit code. What can be typed is in `bot.command_line`.
"""
