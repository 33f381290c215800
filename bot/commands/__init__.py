"""What the commands do: a module that is asked for is loaded, and its `carry_out(config, options)` called.

It returns the exit code. What can be typed, and which module carries it out, is in `bot.command_line`.
"""
