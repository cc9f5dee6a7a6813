"""Brings the catalogues of translations in step with the sentences in the code: `python -m scripts.catalogues`.

New sentences come in untranslated, those that are gone go. With `--check` nothing is written, and the exit status tells.
"""

import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from townclerk.text.translation import CATALOGUES

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDERS = ("actions", "bot/alerts", "bot/conversation", "bot/records", "bot/sms", "bot/web", "bot/widget")
"""Where sentences for residents stand. Staff's pages are in English."""
METHODS = (("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"), ("**.js", "javascript"))
KEYWORDS: Mapping[str, None] = {"_": None, "N_": None}


def extracted() -> Catalog:
    """Every marked sentence, with the files it stands in."""
    found = Catalog()
    for folder in FOLDERS:
        for file, line, message, comments, context in extract_from_dir(
            CHECKOUT / folder, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        ):
            found.add(message, None, [(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    return found


def catalogue(path: Path) -> Catalog:
    """A stored catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=None)


def written(kept: Catalog) -> bytes:
    """A catalogue as its file: sentences in the order of the alphabet, without line numbers."""
    out = BytesIO()
    write_po(out, kept, width=120, include_lineno=False, sort_output=True, ignore_obsolete=True)
    return out.getvalue()


def main() -> int:
    """Update every catalogue; gives 1 when `--check` found one that is behind."""
    source, behind = extracted(), 0
    for path in sorted(CATALOGUES.glob("*.po")):
        kept = catalogue(path)
        dates = kept.creation_date, kept.revision_date
        kept.update(source, no_fuzzy_matching=True, update_header_comment=False)
        kept.creation_date, kept.revision_date = dates
        missing = sum(not message.string for message in kept if message.id)
        print(f"{path.stem}: {len(kept)} sentences, {missing} without a translation")
        if (changed := written(kept)) != path.read_bytes():
            behind += 1
            if "--check" not in sys.argv[1:]:
                path.write_bytes(changed)
    return int(behind > 0 and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
