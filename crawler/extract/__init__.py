"""Makes readable pages of fetched bytes: main text, headings, question-answer pairs, dates, links.

`pool.ParsePool` is the way in for the crawl: it runs `html.extract_html` and `pdf.extract_pdf`
in limited child processes. One page goes through these steps, a module each:

    charset -> parser (tree) -> links, titles, language, dates -> panels (accordions) -> hidden -> landmarks (main
    content) -> boilerplate -> walk (pieces) -> blocks -> jsonld (declared pairs)

A PDF goes through these:

    words, grids -> segments -> running (heads and feet) -> layout (columns, tables) -> paragraphs -> blocks

A new rule belongs to the step whose question it answers; `crawler.extracted.EXTRACTOR` counts every change.
"""
