"""The `townclerk` command: one verb per job. Each package brings its own verbs.

Exit status: 0 done, 1 it could not be done, 2 the input was wrong (and says how to mend it).
"""

import sys

import typer

from townclerk.errors import TownclerkError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help=__doc__)


def main() -> None:
    """Run the command line; errors of ours become one clear line on standard error."""
    mount()
    try:
        app(standalone_mode=True)
    except TownclerkError as error:
        sys.stderr.write(f"townclerk: {error.message}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("townclerk: stopped.\n")
        sys.exit(1)


def mount() -> None:
    """Add every package's verbs to the command. Their heavy imports stay inside the verbs."""
    import bot.admin.commands
    import crawler.commands
    import index.cli.commands
    import townclerk.launch.commands
    import townclerk.launch.evaluate_commands
    import townclerk.launch.records_commands

    for commands in (
        townclerk.launch.commands,
        townclerk.launch.records_commands,
        crawler.commands,
        index.cli.commands,
        townclerk.launch.evaluate_commands,
        bot.admin.commands,
    ):
        commands.register(app)
