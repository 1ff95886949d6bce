"""Building the store with a progress bar on the terminal."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from indexers.build import ensure_store
from indexers.extract import STEPS
from indexers.index_package import IndexPackage


def build_with_progress(source: IndexPackage, cache: Path) -> Path:
    """The folder of the store, built if there is none; each step moves the bar on standard error."""
    columns = (
        SpinnerColumn(),
        TextColumn("Building the store"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} % {task.description}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=STEPS, visible=False)

        def report(step: str) -> None:
            progress.update(task, advance=1, description=step.replace("_", " "), visible=True)

        return ensure_store(source, cache, report)
