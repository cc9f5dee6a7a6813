"""The verbs for embedding models: townclerk model fetch | prepare."""

from typing import Annotated

import typer

from townclerk.errors import BadInput, Unavailable

models = typer.Typer(no_args_is_help=True, help="The embedding model that compares questions with texts.")
PATTERNS = ["*.json", "*.txt", "*.safetensors", "*.model", "1_*/*", "2_*/*"]
"""What a sentence-transformers model needs; its other formats would be gigabytes more."""


@models.command("prepare")
def prepare() -> None:
    """Export the model that the settings name, which the first start would do."""
    from index.embedding.encoder import open_encoder
    from townclerk.settings import load

    typer.echo(f"{open_encoder(load()).id} is ready.")


@models.command("fetch")
def fetch(
    name: Annotated[str, typer.Argument(help="Name on huggingface.co, such as intfloat/multilingual-e5-small.")],
) -> None:
    """Download a sentence-transformers model; nothing is ever downloaded without this."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, RepositoryNotFoundError

    try:
        folder = snapshot_download(name, allow_patterns=PATTERNS)
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise BadInput(f"There is no model {name!r}. Give its name as OWNER/MODEL, as its page shows it.") from error
    except (HfHubHTTPError, OSError) as error:
        raise Unavailable(
            f"{name} could not be fetched ({type(error).__name__}). Is there a way to huggingface.co? HF_ENDPOINT names a mirror."
        ) from error
    typer.echo(
        f"{name} is in {folder}.\nNext: set TOWNCLERK_MODEL={name} and start Townclerk again; the index is made anew."
    )
